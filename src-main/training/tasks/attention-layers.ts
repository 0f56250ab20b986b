import type { LayerDefinition } from '../models/network-definition.ts'
import type { attentionHyperparameters } from './attention-hyperparameters.ts'
import { activated, type DenseSettings } from './dense-layers.ts'
import type { HyperparameterValues } from './hyperparameter.ts'

export type AttentionSettings = HyperparameterValues<typeof attentionHyperparameters> &
  Pick<DenseSettings, 'activation'>

/**
 * An encoder over [steps, features] and the mean of what it gives over the steps. The normalisation stands before each
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
