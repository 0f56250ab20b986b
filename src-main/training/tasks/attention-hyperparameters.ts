/** Hyperparameters of the encoder before the dense layers. */
export const attentionHyperparameters = {
  attentionBlocks: { kind: 'int', low: 1, high: 12, default: 1 },
  attentionHeads: { kind: 'int', low: 1, high: 16, default: 2 },
  feedForwardUnits: { kind: 'int', low: 1, high: 4096, default: 64 },
  attentionDropout: { kind: 'float', low: 0, high: 0.95, default: 0 },
} as const
