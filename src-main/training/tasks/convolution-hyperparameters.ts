/** Hyperparameters of the convolution blocks before the dense layers. */

/** Convolution blocks that can have a number of filters of their own. */
const MAX_BLOCKS = 6

const blockFilters = { kind: 'int', low: 1, high: 1024, default: null } as const

export const convolutionHyperparameters = {
  convolutionBlocks: { kind: 'int', low: 1, high: MAX_BLOCKS, default: 2 },
  convolutionKind: { kind: 'choice', values: ['plain', 'separable'], default: 'plain' },
  filters: { kind: 'int', low: 1, high: 512, default: 16 },
  filters1: blockFilters,
  filters2: blockFilters,
  filters3: blockFilters,
  filters4: blockFilters,
  filters5: blockFilters,
  filters6: blockFilters,
  kernelSize: { kind: 'int', low: 1, high: 11, default: 3 },
  pooling: { kind: 'choice', values: ['max', 'average', 'none'], default: 'max' },
  globalPooling: { kind: 'choice', values: ['none', 'max', 'average'], default: 'none' },
} as const
