import { convolutionHyperparameters } from '../convolution-hyperparameters.ts'
import type { HyperparameterTable, HyperparameterValues } from '../hyperparameter.ts'
import { recurrentHyperparameters } from '../recurrent-layers.ts'
import { denseHyperparameters, trainingHyperparameters } from '../training-hyperparameters.ts'

/** Everything that a trial of the audio task can set. */
export const audioHyperparameters = {
  features: { kind: 'choice', values: ['logMel', 'mfcc'], default: 'logMel' },
  windowMs: { kind: 'float', low: 2, high: 500, default: 32 },
  hopMs: { kind: 'float', low: 1, high: 500, default: 16 },
  bands: { kind: 'int', low: 4, high: 256, default: 40 },
  coefficients: { kind: 'int', low: 1, high: 128, default: 20 },
  model: { kind: 'choice', values: ['cnn2d', 'cnn1d', 'gru', 'lstm'], default: 'cnn2d' },
  ...convolutionHyperparameters,
  ...recurrentHyperparameters,
  ...denseHyperparameters,
  ...trainingHyperparameters,
  units: { ...denseHyperparameters.units, default: 64 },
  batchSize: { ...trainingHyperparameters.batchSize, default: 32 },
  epochs: { ...trainingHyperparameters.epochs, default: 20 },
} as const satisfies HyperparameterTable

export type AudioHyperparameters = HyperparameterValues<typeof audioHyperparameters>
