/** What tasks with attention can be told about the encoder before the dense layers. */
export const attentionHyperparameters = {
  attentionBlocks: {
    kind: 'int',
    low: 1,
    high: 12,
    default: 1,
    description: 'Blocks of self-attention and a feed-forward part, each with a skip.',
  },
  attentionHeads: {
    kind: 'int',
    low: 1,
    high: 16,
    default: 2,
    description: 'Heads of every attention; each is embeddingDimensions / heads wide, rounded up.',
  },
  feedForwardUnits: {
    kind: 'int',
    low: 1,
    high: 4096,
    default: 64,
    description: 'Hidden width of the feed-forward part of every block.',
  },
  attentionDropout: {
    kind: 'float',
    low: 0,
    high: 0.95,
    default: 0,
    description: 'Share dropped of what attention and feed-forward parts add.',
  },
} as const
