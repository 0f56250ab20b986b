/**
 * Hyperparameters of every network task: of its training and its dense layers.
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

const layerWidth = { kind: 'int', low: 1, high: 4096, default: null } as const

export const denseHyperparameters = {
  layers: { kind: 'int', low: 0, high: MAX_LAYERS, default: 1 },
  units: { kind: 'int', low: 1, high: 4096, default: 128 },
  units1: layerWidth,
  units2: layerWidth,
  units3: layerWidth,
  units4: layerWidth,
  units5: layerWidth,
  units6: layerWidth,
  units7: layerWidth,
  units8: layerWidth,
  activation: { kind: 'choice', values: activationNames, default: 'relu' },
  dropout: { kind: 'float', low: 0, high: 0.95, default: 0 },
  residual: { kind: 'boolean', default: false },
  batchNormalization: { kind: 'boolean', default: false },
} as const

export const trainingHyperparameters = {
  l2: { kind: 'float', low: 0, high: 1, default: 0 },
  optimizer: { kind: 'choice', values: optimizerNames, default: 'adam' },
  learningRate: { kind: 'float', low: 1e-8, high: 100, default: 1e-3 },
  momentum: { kind: 'float', low: 0, high: 0.9999, default: 0.9 },
  weightDecay: { kind: 'float', low: 0, high: 1, default: 0.01 },
  clipNorm: { kind: 'float', low: 0, high: 1e6, default: 0 },
  schedule: { kind: 'choice', values: scheduleNames, default: 'constant' },
  warmupEpochs: { kind: 'int', low: 0, high: 100, default: 0 },
  batchSize: { kind: 'int', low: 1, high: 8192, default: 64 },
  epochs: { kind: 'int', low: 1, high: 10_000, default: 5 },
  patience: { kind: 'int', low: 0, high: 10_000, default: 0 },
  classWeights: { kind: 'choice', values: ['none', 'balanced'], default: 'none' },
  labelSmoothing: { kind: 'float', low: 0, high: 0.9, default: 0 },
} as const
