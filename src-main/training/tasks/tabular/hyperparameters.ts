import type { HyperparameterTable, HyperparameterValues } from '../hyperparameter.ts'
import { denseHyperparameters, trainingHyperparameters } from '../training-hyperparameters.ts'

/** Everything that a trial of the tabular task can set. */
export const tabularHyperparameters = {
  categories: { kind: 'choice', values: ['oneHot', 'embedding'], default: 'oneHot' },
  embeddingScale: { kind: 'float', low: 0.1, high: 10, default: 1 },
  ...denseHyperparameters,
  ...trainingHyperparameters,
  units: { ...denseHyperparameters.units, default: 64 },
  batchSize: { ...trainingHyperparameters.batchSize, default: 32 },
  epochs: { ...trainingHyperparameters.epochs, default: 30 },
} as const satisfies HyperparameterTable

export type TabularHyperparameters = HyperparameterValues<typeof tabularHyperparameters>
