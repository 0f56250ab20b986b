import type {
  LayerDefinition,
  NetworkDefinition,
  OptimizerName,
} from '../../src-main/training/models/network-definition.ts'
import { createRandomStream } from '../../src-main/math/random/stream.ts'
import type { NamedTensor } from '../../src-main/training/objectives/objective-host.ts'
import { compileNetwork } from '../../src-main/training/compiled/compile-network.ts'
import type { Engine } from '../../src-main/training/compiled/compiled-function.ts'
import type { CompileNetworkRequest } from '../../src-main/training/compiled/compiled-network.ts'

/** Small networks and problems that they can learn, for tests of programs on any engine. */

export const batchSize = 8
export const classes = 3

export function dropout(rate: number): LayerDefinition {
  return { kind: 'dropout', rate }
}

export function dense(units: number): LayerDefinition {
  return { kind: 'dense', units }
}

// Smooth activations: a rounding difference that crosses a kink of relu is not an error of an engine.
const tanh: LayerDefinition = { kind: 'activation', activation: 'tanh' }
export const relu: LayerDefinition = { kind: 'activation', activation: 'relu' }
const batchNormalization: LayerDefinition = { kind: 'batchNormalization' }

// Normalization does not follow the dense layer directly: it would cancel the layer's bias, whose
// gradient is then pure rounding noise, which adam and rmsprop scale up to full steps.
export const tabular: NetworkDefinition = {
  inputShape: [6],
  layers: [dense(16), tanh, batchNormalization, dropout(0.3), dense(classes)],
}
export const images: NetworkDefinition = {
  inputShape: [8, 8, 1],
  layers: [
    { kind: 'convolution', filters: 4, kernelSize: 3, stride: 1, padding: 'same' },
    { kind: 'activation', activation: 'gelu' },
    { kind: 'pool', pooling: 'average', size: 2 },
    { kind: 'convolution', filters: 6, kernelSize: 2, stride: 1, padding: 'valid' },
    { kind: 'activation', activation: 'elu' },
    { kind: 'flatten' },
    dropout(0.2),
    dense(classes),
  ],
}

/** A plain convolution, then one that filters every channel alone. */
export const separableImages: NetworkDefinition = {
  inputShape: [8, 8, 1],
  layers: [
    { kind: 'convolution', filters: 6, kernelSize: 3, stride: 2, padding: 'same' },
    { kind: 'activation', activation: 'gelu' },
    { kind: 'separableConvolution', filters: 8, kernelSize: 3, stride: 1, padding: 'same' },
    { kind: 'activation', activation: 'tanh' },
    { kind: 'flatten' },
    dropout(0.2),
    dense(classes),
  ],
}

/** Reads 10 numbers as 5 steps of 2. */
export function sequences(cell: 'lstm' | 'gru'): NetworkDefinition {
  const shared = { kind: 'recurrent', cell } as const
  return {
    inputShape: [5, 2],
    layers: [
      { ...shared, units: 6, bidirectional: true, outputs: 'all' },
      dropout(0.2),
      { ...shared, units: 5, bidirectional: false, outputs: 'last' },
      dense(classes),
    ],
  }
}
/** 4 tokens of 9. */
export const tokens: NetworkDefinition = {
  inputShape: [4],
  layers: [
    { kind: 'embedding', tokens: 9, dimensions: 5 },
    { kind: 'recurrent', cell: 'gru', units: 6, bidirectional: true, outputs: 'last' },
    dense(classes),
  ],
}

/** 2 numbers, then rows of two tables. */
export const categories: NetworkDefinition = {
  inputShape: [4],
  layers: [
    {
      kind: 'categoryEmbedding',
      tables: [
        { levels: 9, dimensions: 4 },
        { levels: 4, dimensions: 3 },
      ],
    },
    dense(8),
    tanh,
    { kind: 'residual', layers: [dense(8), tanh] },
    dense(classes),
  ],
}
/** The same tokens through an encoder with attention; token 0 is padding. */
export const attention: NetworkDefinition = {
  inputShape: [4],
  layers: [
    { kind: 'embedding', tokens: 9, dimensions: 6 },
    { kind: 'positions' },
    {
      kind: 'residual',
      layers: [
        { kind: 'layerNormalization' },
        { kind: 'attention', heads: 2, headWidth: 4 },
        dropout(0.1),
      ],
    },
    {
      kind: 'residual',
      layers: [
        { kind: 'layerNormalization' },
        dense(8),
        { kind: 'activation', activation: 'gelu' },
        dense(6),
      ],
    },
    { kind: 'layerNormalization' },
    { kind: 'stepMean' },
    dropout(0.2),
    dense(classes),
  ],
}

interface Batch {
  readonly inputs: Float32Array
  readonly targets: Float32Array
}

/** Batches of a problem that can be learned: the class is where a linear function is largest. */
export function createBatch(inputSize: number, number: number, rows = batchSize): Batch {
  const random = createRandomStream({ seed: 11, number, purpose: 'test batches' })
  const inputs = Float32Array.from({ length: rows * inputSize }, () => random.normal())
  const targets = new Float32Array(rows * classes)
  for (let row = 0; row < rows; row++) {
    const scores = [0, 1, 2].map(k => (inputs[row * inputSize + k] ?? 0) * (k + 1))
    targets[row * classes + scores.indexOf(Math.max(...scores))] = 1
  }
  return { inputs, targets }
}

/** Batches of tokens; the class is what the last token leaves over when it is divided by 3. */
export function createTokenBatch(number: number): Batch {
  const random = createRandomStream({ seed: 12, number, purpose: 'test batches' })
  const inputs = Float32Array.from({ length: batchSize * 4 }, () => random.integer(9))
  const targets = new Float32Array(batchSize * classes)
  for (let row = 0; row < batchSize; row++) {
    targets[row * classes + ((inputs[row * 4 + 3] ?? 0) % classes)] = 1
  }
  return { inputs, targets }
}

/** Batches of numbers and categories; the class is what the first category leaves over when it is divided by 3. */
export function createCategoryBatch(number: number): Batch {
  const random = createRandomStream({ seed: 13, number, purpose: 'test batches' })
  const inputs = new Float32Array(batchSize * 4)
  const targets = new Float32Array(batchSize * classes)
  for (let row = 0; row < batchSize; row++) {
    const [first, second] = [random.integer(9), random.integer(4)]
    inputs.set([random.normal(), random.normal(), first, second], row * 4)
    targets[row * classes + (first % classes)] = 1
  }
  return { inputs, targets }
}

/** Batches that a network of these can read. */
function createBatchFor(network: NetworkDefinition, number: number): Batch {
  if (network.layers[0]?.kind === 'embedding') return createTokenBatch(number)
  if (network === categories) return createCategoryBatch(number)
  return createBatch(inputSize(network), number)
}

export function request(
  engine: Engine,
  network: NetworkDefinition,
  optimizer: OptimizerName,
): CompileNetworkRequest {
  const loss = 'crossEntropy' as const
  return { engine, network, loss, optimizer, batchSize, evaluationBatchSize: 4, seed: 5 }
}

export function inputSize(network: NetworkDefinition): number {
  return network.inputShape.reduce((product, length) => product * length, 1)
}

export const scalars = { learningRate: 0.01, momentum: 0.9, l2: 0.001 }

export async function train(request: CompileNetworkRequest, steps: number) {
  const compiledNetwork = compileNetwork(request)
  const losses: number[] = []
  for (let step = 0; step < steps; step++) {
    const { inputs, targets } = createBatchFor(request.network, step)
    losses.push(await compiledNetwork.step(inputs, targets, scalars, step))
  }
  const state = await compiledNetwork.readState()
  compiledNetwork.dispose()
  return { losses, state }
}

export function largestDifference(a: readonly NamedTensor[], b: readonly NamedTensor[]): number {
  return Math.max(
    ...a.flatMap((tensor, index) =>
      Array.from(tensor.data, (value, at) => Math.abs(value - b[index]!.data[at]!)),
    ),
  )
}
