import type { HyperparameterTable, HyperparameterValues } from '../hyperparameter.ts'
import { denseHyperparameters, trainingHyperparameters } from '../training-hyperparameters.ts'

export const families = ['network', 'boosting', 'forest', 'linear'] as const
export type Family = (typeof families)[number]

/** Of boosted trees; defaults are LightGBM's. */
const boostingHyperparameters = {
  rounds: { kind: 'int', low: 1, high: 10_000, default: 100 },
  shrinkage: { kind: 'float', low: 1e-4, high: 1, default: 0.1 },
  leaves: { kind: 'int', low: 2, high: 4096, default: 31 },
  maxDepth: { kind: 'int', low: 0, high: 64, default: 0 },
  minRowsPerLeaf: { kind: 'int', low: 1, high: 100_000, default: 20 },
  minHessianPerLeaf: { kind: 'float', low: 0, high: 1e4, default: 1e-3 },
  lambdaL1: { kind: 'float', low: 0, high: 1e4, default: 0 },
  lambdaL2: { kind: 'float', low: 0, high: 1e4, default: 0 },
  minGain: { kind: 'float', low: 0, high: 1e4, default: 0 },
  featureFraction: { kind: 'float', low: 0.01, high: 1, default: 1 },
  baggingFraction: { kind: 'float', low: 0.01, high: 1, default: 1 },
  maxBins: { kind: 'int', low: 2, high: 255, default: 255 },
  boostingLoss: { kind: 'choice', values: ['squared', 'absolute'], default: 'squared' },
} as const satisfies HyperparameterTable

const forestHyperparameters = {
  trees: { kind: 'int', low: 1, high: 10_000, default: 200 },
  rowFraction: { kind: 'float', low: 0.01, high: 1, default: 0.632 },
  splitFraction: { kind: 'float', low: 0.001, high: 1, default: 0.33 },
  minLeafRows: { kind: 'int', low: 1, high: 100_000, default: 2 },
} as const satisfies HyperparameterTable

const linearHyperparameters = {
  ridge: { kind: 'float', low: 1e-6, high: 1e6, default: 1 },
} as const satisfies HyperparameterTable

const networkHyperparameters = {
  categories: { kind: 'choice', values: ['oneHot', 'embedding'], default: 'oneHot' },
  embeddingScale: { kind: 'float', low: 0.1, high: 10, default: 1 },
  ...denseHyperparameters,
  ...trainingHyperparameters,
  units: { ...denseHyperparameters.units, default: 64 },
  batchSize: { ...trainingHyperparameters.batchSize, default: 32 },
  epochs: { ...trainingHyperparameters.epochs, default: 30 },
} as const satisfies HyperparameterTable

/** Everything that a trial of the tabular task can set. */
export const tabularHyperparameters = {
  family: { kind: 'choice', values: families, default: 'network' },
  ...networkHyperparameters,
  ...boostingHyperparameters,
  ...forestHyperparameters,
  ...linearHyperparameters,
} as const satisfies HyperparameterTable

const { classWeights, patience } = networkHyperparameters
const { maxDepth, maxBins, boostingLoss } = boostingHyperparameters

/** The hyperparameters that a trial of each family reads. */
export const familyHyperparameters = {
  network: networkHyperparameters,
  boosting: { ...boostingHyperparameters, classWeights, patience },
  forest: { ...forestHyperparameters, maxDepth, maxBins, boostingLoss, classWeights, patience },
  linear: { ...linearHyperparameters, classWeights },
} as const satisfies Record<Family, HyperparameterTable>

export type TabularHyperparameters = HyperparameterValues<typeof tabularHyperparameters>
