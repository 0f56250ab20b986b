/** What tasks with convolutional networks can be told about the blocks before the dense layers. */

/** Convolution blocks that can have a number of filters of their own. */
const MAX_BLOCKS = 6

const blockFilters = {
  kind: 'int',
  low: 1,
  high: 1024,
  default: null,
  description: 'Filters of this block alone; filters · 2^(block − 1) if absent.',
} as const

export const convolutionHyperparameters = {
  convolutionBlocks: {
    kind: 'int',
    low: 1,
    high: MAX_BLOCKS,
    default: 2,
    description:
      'Blocks of convolution, activation and pooling; pooling halves the image each time.',
  },
  convolutionKind: {
    kind: 'choice',
    values: ['plain', 'separable'],
    default: 'plain',
    description:
      'separable: a filter for each channel, then a mixture of the channels, with fewer parameters; over fewer than 4 channels (pixels) a convolution stays plain.',
  },
  filters: {
    kind: 'int',
    low: 1,
    high: 512,
    default: 16,
    description: 'Filters of the first block; every further block has twice as many.',
  },
  filters1: blockFilters,
  filters2: blockFilters,
  filters3: blockFilters,
  filters4: blockFilters,
  filters5: blockFilters,
  filters6: blockFilters,
  kernelSize: {
    kind: 'int',
    low: 1,
    high: 11,
    default: 3,
    description: 'Side of the filters in pixels; images are padded to keep their size.',
  },
  pooling: {
    kind: 'choice',
    values: ['max', 'average', 'none'],
    default: 'max',
    description: 'How a block halves the image; none keeps its size.',
  },
  globalPooling: {
    kind: 'choice',
    values: ['none', 'max', 'average'],
    default: 'none',
    description: 'After the last block: one number per filter, or none to keep every place.',
  },
} as const
