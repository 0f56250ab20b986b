import { convolutionHyperparameters } from '../convolution-hyperparameters.ts'
import type { HyperparameterTable, HyperparameterValues } from '../hyperparameter.ts'
import { denseHyperparameters, trainingHyperparameters } from '../training-hyperparameters.ts'

/** Everything that a trial of the image task can set. Those of the blocks matter for `cnn` only. */
export const imageHyperparameters = {
  model: {
    kind: 'choice',
    values: ['mlp', 'cnn'],
    default: 'mlp',
    description: 'Dense layers on pixels, or convolution blocks before the dense layers.',
  },
  ...convolutionHyperparameters,
  shift: {
    kind: 'int',
    low: 0,
    high: 64,
    default: 0,
    description: 'Training images are shifted by up to this many pixels in each direction.',
  },
  flip: {
    kind: 'boolean',
    default: false,
    description: 'Left and right of training images are exchanged in half of the cases.',
  },
  rotate: {
    kind: 'float',
    low: 0,
    high: 180,
    default: 0,
    description: 'Training images are turned by up to this many degrees.',
  },
  cutout: {
    kind: 'int',
    low: 0,
    high: 256,
    default: 0,
    description: 'Side in pixels of a square of each training image that is blanked.',
  },
  mixup: {
    kind: 'float',
    low: 0,
    high: 1,
    default: 0,
    description:
      'Training images and labels are mixed in pairs, with shares from Beta(mixup, mixup); 0: not at all.',
  },
  ...denseHyperparameters,
  ...trainingHyperparameters,
} as const satisfies HyperparameterTable

export type ImageHyperparameters = HyperparameterValues<typeof imageHyperparameters>
