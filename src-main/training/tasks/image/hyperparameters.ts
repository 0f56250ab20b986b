import { convolutionHyperparameters } from '../convolution-hyperparameters.ts'
import type { HyperparameterTable, HyperparameterValues } from '../hyperparameter.ts'
import { denseHyperparameters, trainingHyperparameters } from '../training-hyperparameters.ts'

/** Everything that a trial of the image task can set. Those of the blocks matter for `cnn` only. */
export const imageHyperparameters = {
  model: { kind: 'choice', values: ['mlp', 'cnn'], default: 'mlp' },
  ...convolutionHyperparameters,
  shift: { kind: 'int', low: 0, high: 64, default: 0 },
  flip: { kind: 'boolean', default: false },
  rotate: { kind: 'float', low: 0, high: 180, default: 0 },
  cutout: { kind: 'int', low: 0, high: 256, default: 0 },
  mixup: { kind: 'float', low: 0, high: 1, default: 0 },
  ...denseHyperparameters,
  ...trainingHyperparameters,
} as const satisfies HyperparameterTable

export type ImageHyperparameters = HyperparameterValues<typeof imageHyperparameters>
