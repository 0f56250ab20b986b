/** What tasks with recurrent networks can be told about the cells before the dense layers. */
export const recurrentHyperparameters = {
  recurrentLayers: { kind: 'int', low: 1, high: 4, default: 1 },
  recurrentUnits: { kind: 'int', low: 1, high: 1024, default: 64 },
  bidirectional: { kind: 'boolean', default: false },
} as const
