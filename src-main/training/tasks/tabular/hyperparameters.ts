import type { HyperparameterTable, HyperparameterValues } from '../hyperparameter.ts'
import { denseHyperparameters, trainingHyperparameters } from '../training-hyperparameters.ts'

/** Everything that a trial of the tabular task can set. */
export const tabularHyperparameters = {
  categories: {
    kind: 'choice',
    values: ['oneHot', 'embedding'],
    default: 'oneHot',
    description:
      'How categories enter the network: one feature each (32 of a column at most, the rarest share one), or a table of learned numbers for each column.',
  },
  embeddingScale: {
    kind: 'float',
    low: 0.1,
    high: 10,
    default: 1,
    description:
      'Numbers that stand for a category of a column with n − 1 of them: this times 1.6 · n^0.56, from 1 to the lesser of n and 600; only embedding reads it.',
  },
  ...denseHyperparameters,
  ...trainingHyperparameters,
  units: { ...denseHyperparameters.units, default: 64 },
  batchSize: { ...trainingHyperparameters.batchSize, default: 32 },
  epochs: { ...trainingHyperparameters.epochs, default: 30 },
} as const satisfies HyperparameterTable

export type TabularHyperparameters = HyperparameterValues<typeof tabularHyperparameters>
