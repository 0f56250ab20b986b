import type { LayerDefinition } from '../models/network-definition.ts'
import { activated, type DenseSettings } from './dense-layers.ts'
import type { HyperparameterValues } from './hyperparameter.ts'

/** Hyperparameters of the encoder before the dense layers. */
export const attentionHyperparameters = {
  attentionBlocks: { kind: 'int', low: 1, high: 12, default: 1 },
  attentionHeads: { kind: 'int', low: 1, high: 16, default: 2 },
  feedForwardUnits: { kind: 'int', low: 1, high: 4096, default: 64 },
  attentionDropout: { kind: 'float', low: 0, high: 0.95, default: 0 },
} as const

export type AttentionSettings = HyperparameterValues<typeof attentionHyperparameters> &
  Pick<DenseSettings, 'activation'>

/**
 * An encoder over [steps, features] and the mean of what it gives over the steps. The normalization stands before each
 * part and once at the end, so that training needs no warm-up. Xiong et al.: On layer normalization in the transformer
 * architecture. ICML 2020, arXiv:2002.04745.
 */
export function attentionLayers(values: AttentionSettings, features: number): LayerDefinition[] {
  const { attentionHeads: heads, attentionDropout: rate } = values
  const normalization = { kind: 'layerNormalization' } as const
  const part = (...layers: readonly LayerDefinition[]): LayerDefinition => ({
    kind: 'residual',
    layers: [normalization, ...layers, ...(rate > 0 ? [{ kind: 'dropout', rate } as const] : [])],
  })
  const block = (): LayerDefinition[] => [
    part({ kind: 'attention', heads, headWidth: Math.ceil(features / heads) }),
    part(
      { kind: 'dense', units: values.feedForwardUnits },
      ...activated({ activation: values.activation, batchNormalization: false }),
      { kind: 'dense', units: features },
    ),
  ]
  return [
    { kind: 'positions' },
    ...Array.from({ length: values.attentionBlocks }, block).flat(),
    normalization,
    { kind: 'stepMean' },
  ]
}
