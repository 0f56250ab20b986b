/**
 * What every network task can be told about training and about its dense layers.
 * Defaults are what a person would start with, not the best for a data set.
 */

/** Dense layers that can have a width of their own. */
export const MAX_LAYERS = 8

const activationNames = ['relu', 'tanh', 'sigmoid', 'elu', 'gelu', 'linear'] as const
export const optimizerNames = [
  'sgd',
  'momentum',
  'nesterov',
  'rmsprop',
  'adagrad',
  'adam',
  'adamw',
  'lion',
] as const
export const scheduleNames = [
  'constant',
  'step',
  'linear',
  'cosine',
  'exponential',
  'oneCycle',
] as const

const layerWidth = {
  kind: 'int',
  low: 1,
  high: 4096,
  default: null,
  description: 'Width of this hidden dense layer alone; the value of units if absent.',
} as const

export const denseHyperparameters = {
  layers: {
    kind: 'int',
    low: 0,
    high: MAX_LAYERS,
    default: 1,
    description: 'Hidden dense layers; 0 connects the inputs (or the last filters) to the output.',
  },
  units: {
    kind: 'int',
    low: 1,
    high: 4096,
    default: 128,
    description: 'Width of every hidden dense layer.',
  },
  units1: layerWidth,
  units2: layerWidth,
  units3: layerWidth,
  units4: layerWidth,
  units5: layerWidth,
  units6: layerWidth,
  units7: layerWidth,
  units8: layerWidth,
  activation: {
    kind: 'choice',
    values: activationNames,
    default: 'relu',
    description: 'After every hidden layer and every convolution.',
  },
  dropout: {
    kind: 'float',
    low: 0,
    high: 0.95,
    default: 0,
    description: 'Share of values dropped before every dense layer, except of raw inputs.',
  },
  residual: {
    kind: 'boolean',
    default: false,
    description:
      'Skips: a hidden dense layer as wide as the one before adds what it gets to what it gives, and every convolution block has a second convolution that does.',
  },
  batchNormalization: {
    kind: 'boolean',
    default: false,
    description: 'Between every hidden layer or convolution and its activation.',
  },
} as const

export const trainingHyperparameters = {
  l2: {
    kind: 'float',
    low: 0,
    high: 1,
    default: 0,
    description: 'Weight decay as a penalty: ½ · l2 · ‖W‖² over weights and filters, not biases.',
  },
  optimizer: {
    kind: 'choice',
    values: optimizerNames,
    default: 'adam',
    description: 'Rule that turns gradients into updates.',
  },
  learningRate: {
    kind: 'float',
    low: 1e-8,
    high: 100,
    default: 1e-3,
    description: 'Step size of the optimiser; the highest that the schedule reaches.',
  },
  momentum: {
    kind: 'float',
    low: 0,
    high: 0.9999,
    default: 0.9,
    description: 'Share of the last update that is kept; only momentum and nesterov read it.',
  },
  weightDecay: {
    kind: 'float',
    low: 0,
    high: 1,
    default: 0.01,
    description:
      'Share of the learning rate by which each step shrinks weights and filters, beside the gradient; only adamw and lion read it.',
  },
  clipNorm: {
    kind: 'float',
    low: 0,
    high: 1e6,
    default: 0,
    description:
      'Longest gradient, over all variables together; longer ones are shortened. 0: none is.',
  },
  schedule: {
    kind: 'choice',
    values: scheduleNames,
    default: 'constant',
    description: 'How the learning rate changes over all steps.',
  },
  warmupEpochs: {
    kind: 'int',
    low: 0,
    high: 100,
    default: 0,
    description:
      'Epochs in which the learning rate rises from near zero before the schedule begins; oneCycle then leaves out its own rise.',
  },
  batchSize: {
    kind: 'int',
    low: 1,
    high: 8192,
    default: 64,
    description: 'Rows of a step; all training rows if there are fewer.',
  },
  epochs: {
    kind: 'int',
    low: 1,
    high: 10_000,
    default: 5,
    description: 'Passes over the training rows.',
  },
  patience: {
    kind: 'int',
    low: 0,
    high: 10_000,
    default: 0,
    description:
      'Epochs without a better value of the first goal after which training ends; 0: it never ends early. The weights of the best epoch are kept in any case.',
  },
  classWeights: {
    kind: 'choice',
    values: ['none', 'balanced'],
    default: 'none',
    description:
      'balanced: a training row of class c counts rows / (classes · rows of c), so that rare classes count as much as frequent ones; numbers ignore it.',
  },
  labelSmoothing: {
    kind: 'float',
    low: 0,
    high: 0.9,
    default: 0,
    description: 'Share of each training label that is spread over all classes; numbers ignore it.',
  },
} as const
