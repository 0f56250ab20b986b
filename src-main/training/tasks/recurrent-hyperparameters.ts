/** What tasks with recurrent networks can be told about the cells before the dense layers. */
export const recurrentHyperparameters = {
  recurrentLayers: {
    kind: 'int',
    low: 1,
    high: 4,
    default: 1,
    description: 'Recurrent layers, one on the other.',
  },
  recurrentUnits: {
    kind: 'int',
    low: 1,
    high: 1024,
    default: 64,
    description: 'Size of the hidden state of every recurrent layer.',
  },
  bidirectional: {
    kind: 'boolean',
    default: false,
    description: 'Reads sequences backwards as well, with cells of their own.',
  },
} as const
