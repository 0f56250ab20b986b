/** Hyperparameters of the recurrent cells before the dense layers. */
export const recurrentHyperparameters = {
  recurrentLayers: { kind: 'int', low: 1, high: 4, default: 1 },
  recurrentUnits: { kind: 'int', low: 1, high: 1024, default: 64 },
  bidirectional: { kind: 'boolean', default: false },
} as const
