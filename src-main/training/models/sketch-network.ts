import type { NetworkSketch, SketchedLayer } from '../../core/models/network-sketch.ts'
import { describeNetwork, type LayerDescription } from './describe-network.ts'
import type { CategoryTable, LayerDefinition, NetworkDefinition } from './network-definition.ts'
import { sidesOf } from './sides-of.ts'

/**
 * A network as people look at it, before anything is trained.
 * @throws AppError `training.invalid` if the layers do not fit together
 */
export function sketchNetwork(definition: NetworkDefinition): NetworkSketch {
  const { layers, parameterCount, multiplyAdds } = describeNetwork(definition)
  return {
    inputShape: definition.inputShape,
    layers: layers.map((layer, index) =>
      sketchLayer(
        layer,
        definition.layers[index] as LayerDefinition,
        [definition.inputShape, ...layers.map(({ outputShape }) => outputShape)][
          index
        ] as readonly number[],
      ),
    ),
    parameterCount,
    multiplyAdds,
  }
}

function sketchLayer(
  described: LayerDescription,
  layer: LayerDefinition,
  inputShape: readonly number[],
): SketchedLayer {
  const { kind, outputShape, parameterCount, multiplyAdds } = described
  const sketch = { kind, outputShape, parameterCount, multiplyAdds, detail: detailOf(layer) }
  if (layer.kind !== 'residual') return sketch
  return { ...sketch, layers: sketchNetwork({ inputShape, layers: layer.layers }).layers }
}

/** Beyond so many tables, the rest is a number. */
const SHOWN_TABLES = 4

/** `5 × 3, 12 × 6`; of many, the first ones and how many there are. */
function tableSizes(tables: readonly CategoryTable[]): string {
  const shownSizes = tables
    .slice(0, SHOWN_TABLES)
    .map(({ levels, dimensions }) => `${levels} × ${dimensions}`)
    .join(', ')
  return tables.length > SHOWN_TABLES
    ? `${shownSizes} … (${SHOWN_TABLES}/${tables.length})`
    : shownSizes
}

function detailOf(layer: LayerDefinition): string {
  switch (layer.kind) {
    case 'dense':
      return String(layer.units)
    case 'convolution':
    case 'separableConvolution': {
      const step = layer.stride === 1 ? '' : ` / ${layer.stride}`
      return `${sidesOf(layer.kernelSize).join('×')}${step}, ${layer.filters}`
    }
    case 'pool':
      return `${layer.pooling} ${sidesOf(layer.size).join('×')}`
    case 'activation':
      return layer.activation
    case 'dropout':
      return layer.rate.toPrecision(2)
    case 'embedding':
      return `${layer.tokens} × ${layer.dimensions}`
    case 'categoryEmbedding':
      return tableSizes(layer.tables)
    case 'attention':
      return `${layer.heads} × ${layer.headWidth}`
    case 'recurrent':
      return `${layer.cell.toUpperCase()}${layer.bidirectional ? ' ⇄' : ''} ${layer.units}`
    case 'residual':
    case 'batchNormalization':
    case 'layerNormalization':
    case 'positions':
    case 'stepMean':
    case 'flatten':
    case 'reshape':
      return ''
  }
}
