import type { LayerDefinition, NetworkDefinition } from '../../models/network-definition.ts'
import { attentionLayers } from '../attention-layers.ts'
import { convolutionBlocks } from '../convolution-blocks.ts'
import { denseLayers } from '../dense-layers.ts'
import { recurrentLayers } from '../recurrent-layers.ts'
import type { TextHyperparameters } from './hyperparameters.ts'

/** The network of a trial: an embedding, what the model does with it, dense layers. */
export function textNetwork(values: TextHyperparameters, classes: number): NetworkDefinition {
  const { length, vocabularySize, embeddingDimensions } = values
  return {
    inputShape: [length],
    layers: [
      { kind: 'embedding', tokens: vocabularySize, dimensions: embeddingDimensions },
      ...bodyLayers(values),
      ...denseLayers(values, false, classes),
    ],
  }
}

function bodyLayers(values: TextHyperparameters): LayerDefinition[] {
  const shape = [1, values.length, values.embeddingDimensions] as const
  switch (values.model) {
    case 'mean':
      return [
        { kind: 'reshape', shape },
        { kind: 'pool', pooling: 'average', size: [1, values.length] },
        { kind: 'flatten' },
      ]
    case 'cnn1d':
      return [{ kind: 'reshape', shape }, ...convolutionBlocks(values, shape)]
    case 'attention':
      return attentionLayers(values, values.embeddingDimensions)
    default:
      return recurrentLayers(values, values.model)
  }
}
