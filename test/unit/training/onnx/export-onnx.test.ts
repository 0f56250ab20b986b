import { InferenceSession, Tensor } from 'onnxruntime-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  exportedModelSchema,
  type ExportedModel,
} from '../../../../src-main/core/models/exported-model.ts'
import { loadEngine } from '../../../../src-main/engines/load-engine.ts'
import { createRandomStream } from '../../../../src-main/math/random/stream.ts'
import { buildNetwork } from '../../../../src-main/training/models/build-network.ts'
import type { NetworkDefinition } from '../../../../src-main/training/models/network-definition.ts'
import type { NamedTensor } from '../../../../src-main/training/objectives/objective-host.ts'
import { exportOnnx } from '../../../../src-main/training/onnx/export-onnx.ts'
import { predictRows } from '../../../../src-main/training/prediction/predict-rows.ts'
import { readOutputs } from '../../../../src-main/training/prediction/read-outputs.ts'
import type { Engine } from '../../../../src-main/training/compiled/compiled-function.ts'
import { catchAppError } from '../../../helpers/catch-error.ts'
import { referenceCases as cases } from '../../../helpers/reference-networks.ts'
import * as small from '../../../helpers/small-trainings.ts'

/** Probabilities, and values of the order of 10. */
const tolerance = 1e-4
const rows = 5

interface Subject {
  readonly name: string
  readonly network: NetworkDefinition
  readonly weights: readonly NamedTensor[]
  readonly inputs: Float32Array
}

const numbers = (count: number, purpose: string) => {
  const stream = createRandomStream({ seed: 6, number: count, purpose })
  return Float32Array.from({ length: count }, () => 2 * stream.uniform() - 1)
}

/** A network with weights that are nowhere at their first values, moving statistics included. */
function withNoise(name: string, network: NetworkDefinition, tokens = 0): Subject {
  const { variables, initialValues } = buildNetwork(network)
  const first = initialValues(3)
  const weights = variables.map((variable, index) => ({
    name: variable.name,
    shape: variable.shape,
    data: Float32Array.from(first[index] ?? [], (value, at) => {
      const noise = numbers(64, variable.name)[at % 64] ?? 0
      return variable.role === 'movingVariance' ? value + noise / 2 : value + noise / 4
    }),
  }))
  const size = network.inputShape.reduce((product, side) => product * side, 1)
  const noise = numbers(rows * size, 'inputs')
  const inputs = tokens === 0 ? noise : noise.map(value => Math.floor(((value + 1) / 2) * tokens))
  return { name, network, weights, inputs }
}

const recurrent = { kind: 'recurrent', units: 4 } as const
const subjects: readonly Subject[] = [
  ...cases.map(storedCase => ({
    name: storedCase.name,
    network: storedCase.network,
    weights: storedCase.weights.map(weight => ({
      ...weight,
      data: Float32Array.from(weight.data),
    })),
    inputs: Float32Array.from(storedCase.inputs),
  })),
  withNoise('normalization before its activation', small.tabular),
  withNoise('gelu, elu, average pooling, no padding', small.images),
  withNoise('LSTM, both ways, then one', small.sequences('lstm')),
  withNoise('GRU, both ways, then one', small.sequences('gru')),
  withNoise('uneven padding, a stride, windows that do not fill', {
    inputShape: [7, 5, 2],
    layers: [
      { kind: 'convolution', filters: 3, kernelSize: [4, 3], stride: 2, padding: 'same' },
      { kind: 'batchNormalization' },
      { kind: 'activation', activation: 'sigmoid' },
      { kind: 'pool', pooling: 'max', size: [2, 2] },
      { kind: 'flatten' },
      { kind: 'dense', units: 3 },
    ],
  }),
  withNoise('separable convolutions, uneven padding, a stride', {
    inputShape: [7, 6, 2],
    layers: [
      { kind: 'separableConvolution', filters: 3, kernelSize: [4, 3], stride: 2, padding: 'same' },
      { kind: 'activation', activation: 'relu' },
      { kind: 'separableConvolution', filters: 5, kernelSize: 2, stride: 1, padding: 'valid' },
      { kind: 'flatten' },
      { kind: 'dense', units: 3 },
    ],
  }),
  withNoise('tokens and padding through an attention encoder', small.attention, 9),
  withNoise('attention and a mean over steps without tokens', {
    inputShape: [5, 3],
    layers: [
      { kind: 'dense', units: 4 },
      { kind: 'attention', heads: 3, headWidth: 2 },
      { kind: 'stepMean' },
      { kind: 'dense', units: 3 },
    ],
  }),
  withNoise(
    'texts, the last state of both ways',
    {
      inputShape: [6],
      layers: [
        { kind: 'embedding', tokens: 9, dimensions: 3 },
        { ...recurrent, cell: 'gru', bidirectional: true, outputs: 'last' },
        { kind: 'dense', units: 3 },
      ],
    },
    9,
  ),
]

function modelOf(network: NetworkDefinition, isClass: boolean): ExportedModel {
  const outputs = buildNetwork(network).outputShape[0] ?? 0
  const names = Array.from({ length: outputs }, (_, index) => `class ${index}`)
  return exportedModelSchema.parse({
    format: 1,
    task: 'tabular',
    network: structuredClone(network),
    outputs: isClass
      ? { kind: 'classes', names }
      : { kind: 'value', target: 'y', mean: 3, deviation: 2.5 },
    preprocessing: {},
    reading: {},
  })
}

describe('an exported ONNX file', () => {
  let engine: Engine
  beforeAll(async () => {
    engine = await loadEngine('cpu')
  })
  afterAll(() => {
    engine.dispose()
  })

  it.each(subjects)('gives what we predict: $name', async ({ network, weights, inputs }) => {
    const width = buildNetwork(network).outputShape[0] ?? 0
    const model = modelOf(network, width > 1)
    const session = await InferenceSession.create(exportOnnx(model, weights))
    const size = network.inputShape.reduce((product, side) => product * side, 1)
    const count = inputs.length / size
    const feed = new Tensor('float32', inputs, [count, ...network.inputShape])
    const result = await session.run({ input: feed })
    const got = result[width > 1 ? 'probabilities' : 'prediction']
    expect(got?.dims).toEqual([count, width])
    const names = Array.from({ length: count }, (_, row) => String(row))
    const ours = readOutputs(model, names, await predictRows(engine, model, weights, inputs))
    const expected = ours.flatMap(
      prediction => prediction.probabilities ?? [Number(prediction.prediction)],
    )
    const worst = Math.max(
      ...expected.map((value, at) => Math.abs(value - Number(got?.data[at] ?? Number.NaN))),
    )
    expect(worst).toBeLessThan(tolerance)
    await session.release()
  })

  it('refuses a layer that ONNX has no form for, by its place', async () => {
    const model = modelOf(small.tabular, true)
    const storedNetwork = model.network
    if (storedNetwork === undefined) throw new Error('no network')
    const layers = storedNetwork.layers.map((layer, index) =>
      index === 1 ? { ...layer, kind: 'activation' as const, activation: 'tanh' } : layer,
    )
    const unknown = { ...layers[1], kind: 'fourier' } as unknown as (typeof layers)[number]
    const network = { ...storedNetwork, layers: layers.with(1, unknown) }
    const error = await catchAppError(() => exportOnnx({ ...model, network }, []))
    expect(error.code).toBe('training.invalid')
    expect(error.detail).toMatchObject({ field: 'layers[1]', value: 'fourier' })
  })

  it('refuses weights that are not there', async () => {
    const error = await catchAppError(() => exportOnnx(modelOf(small.tabular, true), []))
    expect(error.detail).toMatchObject({ field: 'layers[0].weight', value: 'dense' })
  })
})
