import { msg } from '../../core/errors/message.ts'
import { AppError } from '../../core/errors/errors.ts'
import type { ExportedModel } from '../../core/models/exported-model.ts'
import { describeNetwork } from '../models/describe-network.ts'
import type {
  Activation,
  LayerDefinition,
  NetworkDefinition,
} from '../models/network-definition.ts'
import { networkOf } from '../prediction/network-of.ts'
import { sidesOf } from '../models/sides-of.ts'
import type { NamedTensor } from '../objectives/objective-host.ts'
import { addAttention, addMask, addStepMean } from './attention-nodes.ts'
import { encodeOnnx } from './encode-onnx.ts'
import { GraphBuilder } from './graph-builder.ts'
import { addRecurrent } from './recurrent-node.ts'
import { addTrees } from './tree-nodes.ts'

/** As in layers/batch-normalization.ts and layers/layer-normalization.ts. */
const NORMALIZATION_EPSILON = 1e-3

/**
 * A trained network, or trees, as an ONNX file. A network's `input` takes float32 [rows, …input shape], prepared as `preprocessing`
 * of model.json says; the output is `probabilities` [rows, classes], or `prediction` [rows, 1] in the target's own
 * units. Images stay height × width × channels on the outside. Trees are told in `addTrees`.
 * @throws AppError `training.invalid` naming the layer that ONNX has no form for, or a weight that is not there
 */
export function exportOnnx(model: ExportedModel, weights: readonly NamedTensor[]): Uint8Array {
  const graph = new GraphBuilder()
  const { trees, outputs } = model
  const input =
    trees === undefined
      ? addNetwork(graph, model, weights)
      : addTrees(graph, { ...model, trees }, weights)
  const isClass = outputs.kind === 'classes'
  graph.renameLast(isClass ? 'probabilities' : 'prediction')
  return encodeOnnx({
    name: trees?.family ?? 'network',
    nodes: graph.nodes,
    constants: graph.constants,
    input: { name: 'input', ...input },
    output: isClass
      ? { name: 'probabilities', shape: [outputs.names.length] }
      : { name: 'prediction', shape: [1] },
    metadata: {
      task: model.task,
      outputs: JSON.stringify(isClass ? outputs.names : { target: outputs.target }),
      preprocessing: JSON.stringify(model.preprocessing),
    },
  })
}

function addNetwork(
  graph: GraphBuilder,
  model: ExportedModel,
  weights: readonly NamedTensor[],
): { readonly shape: readonly number[] } {
  const network = networkOf(model)
  network.layers.forEach(requireForm)
  const hasPadding = network.layers[0]?.kind === 'embedding' && network.layers.some(skipsPadding)
  const mask = hasPadding ? addMask(graph, 'input') : null
  const value = addLayers(graph, 'input', network, { prefix: 'layers', weights, mask })
  if (model.outputs.kind === 'classes') graph.add('Softmax', [value], { axis: { int: -1 } })
  else {
    const { mean, deviation } = model.outputs
    graph.add('Add', [graph.add('Mul', [value, graph.number(deviation)]), graph.number(mean)])
  }
  return { shape: network.inputShape }
}

/** Whether padding matters to a layer. */
function skipsPadding(layer: LayerDefinition): boolean {
  if (layer.kind === 'residual') return layer.layers.some(skipsPadding)
  return layer.kind === 'attention' || layer.kind === 'stepMean'
}

interface Surroundings {
  /** Of the names of the layers' weights, before their positions. */
  readonly prefix: string
  readonly weights: readonly NamedTensor[]
  /** Value that tells tokens from padding; null where every step counts. */
  readonly mask: string | null
}

function addLayers(
  graph: GraphBuilder,
  input: string,
  network: NetworkDefinition,
  { prefix, weights, mask }: Surroundings,
): string {
  const { layers } = describeNetwork(network)
  let value = input
  network.layers.forEach((layer, index) => {
    const weightPrefix = `${prefix}.${index}`
    const inputShape = layers[index - 1]?.outputShape ?? network.inputShape
    const layerWeights = weights.filter(({ name }) => name.startsWith(`${weightPrefix}.`))
    const shape = layers[index]?.outputShape ?? []
    const placed = {
      layer,
      weightPrefix,
      inputShape,
      outputShape: shape,
      weights: layerWeights,
      mask,
    }
    value = addLayer(graph, value, placed)
  })
  return value
}

interface PlacedLayer {
  readonly layer: LayerDefinition
  /** The names of its weights begin with it, e.g. `layers.3`. */
  readonly weightPrefix: string
  readonly inputShape: readonly number[]
  readonly outputShape: readonly number[]
  readonly weights: readonly NamedTensor[]
  readonly mask: string | null
}

function addLayer(graph: GraphBuilder, input: string, placed: PlacedLayer): string {
  const { layer, weightPrefix, inputShape, outputShape, weights, mask } = placed
  const constant = (part: string, shape?: readonly number[]) => {
    const tensor = weightOf(placed, part)
    return graph.floats(tensor.name, shape ?? tensor.shape, tensor.data as Float32Array)
  }
  switch (layer.kind) {
    case 'dense':
      return graph.add('Add', [graph.add('MatMul', [input, constant('weight')]), constant('bias')])
    case 'convolution':
      return addConvolution(graph, input, layer, weightOf(placed, 'weight'), constant('bias'))
    case 'separableConvolution': {
      const filtered = addConvolution(graph, input, layer, weightOf(placed, 'depthwise'), null)
      const mixed = graph.add('MatMul', [filtered, constant('weight')])
      return graph.add('Add', [mixed, constant('bias')])
    }
    case 'pool': {
      const sides = { ints: [...sidesOf(layer.size)] }
      const operator = layer.pooling === 'max' ? 'MaxPool' : 'AveragePool'
      const channelsFirst = graph.transpose(input, [0, 3, 1, 2])
      const attributes = { kernel_shape: sides, strides: sides }
      return graph.transpose(graph.add(operator, [channelsFirst], attributes), [0, 2, 3, 1])
    }
    case 'activation':
      return addActivation(graph, input, layer.activation)
    case 'batchNormalization':
      return addNormalization(graph, input, placed)
    case 'layerNormalization':
      return graph.add('LayerNormalization', [input, constant('scale'), constant('shift')], {
        epsilon: { float: NORMALIZATION_EPSILON },
      })
    case 'positions':
      return graph.add('Add', [input, constant('weight')])
    case 'attention': {
      const values = (part: string) => weightOf(placed, part).data as Float32Array
      const attentionWeights = { weight: values('weight'), outputWeight: values('outputWeight') }
      return addAttention(
        graph,
        input,
        weightPrefix,
        layer,
        inputShape as [number, number],
        attentionWeights,
        mask,
      )
    }
    case 'stepMean':
      return addStepMean(graph, input, inputShape[0] as number, mask)
    case 'dropout':
      return input
    case 'flatten':
    case 'reshape':
      return graph.reshape(input, outputShape)
    case 'embedding': {
      const tokens = graph.add('Cast', [input], { to: { int: 7 } })
      return graph.add('Gather', [constant('weight'), tokens], { axis: { int: 0 } })
    }
    case 'categoryEmbedding': {
      const numbers = (inputShape[0] as number) - layer.tables.length
      const columns = (from: number, to: number) =>
        graph.add('Slice', [input, ...[[from], [to], [1]].map(values => graph.integers(values))])
      const rows = layer.tables.map(({ dimensions }, column) => {
        const indexColumn = columns(numbers + column, numbers + column + 1)
        const index = graph.add('Cast', [indexColumn], { to: { int: 7 } })
        const embedding = graph.add('Gather', [constant(`${column}.weight`), index], {
          axis: { int: 0 },
        })
        return graph.reshape(embedding, [dimensions])
      })
      const parts = numbers === 0 ? rows : [columns(0, numbers), ...rows]
      return graph.add('Concat', parts, { axis: { int: 1 } })
    }
    case 'recurrent': {
      const features = inputShape[1] as number
      return addRecurrent(graph, input, weightPrefix, layer, features, weights)
    }
    case 'residual': {
      const inner = addLayers(
        graph,
        input,
        { inputShape, layers: layer.layers },
        { prefix: `${weightPrefix}.residual`, weights, mask },
      )
      return graph.add('Add', [input, inner])
    }
  }
}

/** Whatever is not listed here, nobody has written the nodes of. */
const forms: Readonly<Record<LayerDefinition['kind'], true>> = {
  dense: true,
  convolution: true,
  separableConvolution: true,
  pool: true,
  activation: true,
  batchNormalization: true,
  dropout: true,
  flatten: true,
  reshape: true,
  embedding: true,
  categoryEmbedding: true,
  recurrent: true,
  positions: true,
  attention: true,
  layerNormalization: true,
  stepMean: true,
  residual: true,
}

function requireForm({ kind }: LayerDefinition, index: number): void {
  if (Object.hasOwn(forms, kind)) return
  throw new AppError('training.invalid', {
    field: `layers[${index}]`,
    value: kind,
    rule: msg('rule.oneOf', { values: Object.keys(forms) }),
  })
}

type ConvolutionLayer = Extract<LayerDefinition, { kind: 'convolution' | 'separableConvolution' }>

/** Of images with the channels last; a separable one filters every channel alone, without a bias. */
function addConvolution(
  graph: GraphBuilder,
  input: string,
  { kind, kernelSize, stride, padding }: ConvolutionLayer,
  weight: NamedTensor,
  bias: string | null,
): string {
  const channels = weight.shape[2] as number
  const separable = kind === 'separableConvolution'
  // With one filter for each channel, both orders are the same but for the names of the sides.
  const turned = separable
    ? { ...weight, shape: [...weight.shape.slice(0, 2), 1, channels] }
    : weight
  const filter = graph.floats(
    `${weight.name}.filter`,
    filterShape(turned.shape),
    filtersFirst(turned),
  )
  const channelsFirst = graph.transpose(input, [0, 3, 1, 2])
  const operands = [channelsFirst, filter, ...(bias === null ? [] : [bias])]
  const convolved = graph.add('Conv', operands, {
    kernel_shape: { ints: [...sidesOf(kernelSize)] },
    strides: { ints: [stride, stride] },
    // Where the padding is uneven, the further end gets more, as in TensorFlow.
    auto_pad: { string: padding === 'same' ? 'SAME_UPPER' : 'VALID' },
    ...(separable ? { group: { int: channels } } : {}),
  })
  return graph.transpose(convolved, [0, 2, 3, 1])
}

function addActivation(graph: GraphBuilder, input: string, activation: Activation): string {
  switch (activation) {
    case 'linear':
      return input
    case 'relu':
      return graph.add('Relu', [input])
    case 'tanh':
      return graph.add('Tanh', [input])
    case 'sigmoid':
      return graph.add('Sigmoid', [input])
    case 'elu':
      return graph.add('Elu', [input])
    case 'gelu': {
      // x · (1 + erf(x / √2)) / 2: operator set 17 has no operator of its own for it.
      const inner = graph.add('Erf', [graph.add('Mul', [input, graph.number(Math.SQRT1_2)])])
      const half = graph.add('Mul', [input, graph.number(0.5)])
      return graph.add('Mul', [half, graph.add('Add', [inner, graph.number(1)])])
    }
  }
}

/** In use, normalization is a factor and an offset for each channel, the last side. */
function addNormalization(graph: GraphBuilder, input: string, placed: PlacedLayer): string {
  const values = (part: string) => weightOf(placed, part).data as Float32Array
  const [scale, shift] = [values('scale'), values('shift')]
  const [mean, variance] = [values('movingMean'), values('movingVariance')]
  const factor = scale.map(
    (value, channel) => value / Math.sqrt((variance[channel] as number) + NORMALIZATION_EPSILON),
  )
  const offset = shift.map(
    (value, channel) => value - (mean[channel] as number) * (factor[channel] as number),
  )
  const name = placed.weightPrefix
  const scaled = graph.add('Mul', [input, graph.floats(`${name}.factor`, [factor.length], factor)])
  return graph.add('Add', [scaled, graph.floats(`${name}.offset`, [offset.length], offset)])
}

function weightOf({ weights, weightPrefix, layer }: PlacedLayer, part: string): NamedTensor {
  const tensor = weights.find(({ name }) => name.endsWith(`.${part}`))
  if (tensor?.data instanceof Float32Array) return tensor
  throw new AppError('training.invalid', {
    field: `${weightPrefix.replace(/^layers\.(\d+)/u, 'layers[$1]')}.${part}`,
    value: layer.kind,
    rule: msg('rule.tensor', { type: 'float32' }),
  })
}

/** [height, width, channels, filters] → [filters, channels, height, width] */
function filterShape([height = 1, width = 1, channels = 1, filters = 1]: readonly number[]) {
  return [filters, channels, height, width]
}

function filtersFirst({ shape, data }: NamedTensor): Float32Array {
  const [filters = 1, channels = 1, height = 1, width = 1] = filterShape(shape)
  const turned = new Float32Array(data.length)
  let at = 0
  for (let filter = 0; filter < filters; filter++) {
    for (let channel = 0; channel < channels; channel++) {
      for (let position = 0; position < height * width; position++) {
        turned[at++] = data[(position * channels + channel) * filters + filter] as number
      }
    }
  }
  return turned
}
