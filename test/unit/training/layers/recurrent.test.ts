import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { activateBackend } from '../../../../src-main/engines/activate-backend.ts'
import { loadEngine } from '../../../../src-main/engines/load-engine.ts'
import { createRandomStream } from '../../../../src-main/math/random/stream.ts'
import { createEmbedding } from '../../../../src-main/training/layers/embedding.ts'
import { recurrentWeight } from '../../../../src-main/training/layers/initializers.ts'
import type { Layer } from '../../../../src-main/training/layers/layer.ts'
import { createRecurrent } from '../../../../src-main/training/layers/recurrent.ts'
import { hasTensorflow } from '../../../helpers/tensorflow-pack.ts'

const [steps, features, units, batch] = [6, 3, 4, 5]

const layers: [string, Layer, readonly number[]][] = (['lstm', 'gru'] as const).flatMap(cell =>
  (['last', 'all'] as const).flatMap(outputs =>
    [false, true].map((bidirectional): [string, Layer, readonly number[]] => [
      `${bidirectional ? 'bidirectional ' : ''}${cell}, ${outputs}`,
      createRecurrent({ cell, steps, features, units, bidirectional, outputs }),
      [batch, steps, features],
    ]),
  ),
)
layers.push(['embedding', createEmbedding({ steps, tokens: 7, dimensions: 4 }), [batch, steps]])

function normals(size: number, number: number): Float32Array {
  const random = createRandomStream({ seed: 8, number, purpose: 'layer tests' })
  return Float32Array.from({ length: size }, () => 0.7 * random.normal())
}

interface Values {
  readonly x: Float32Array
  readonly variables: Float32Array[]
  readonly cotangent: Float32Array
}

function draw(layer: Layer, xShape: readonly number[]): Values {
  const size = tf.util.sizeFromShape([...xShape])
  const random = createRandomStream({ seed: 8, number: 0, purpose: 'layer tests' })
  const tokens = Float32Array.from({ length: size }, () => random.integer(7))
  return {
    x: layer.kind === 'embedding' ? tokens : normals(size, 1),
    // Not the first values, which are zero for biases.
    variables: layer.variables.map(({ shape }, index) =>
      normals(tf.util.sizeFromShape([...shape]), 2 + index),
    ),
    cotangent: normals(batch * tf.util.sizeFromShape([...layer.outputShape]), 99),
  }
}

interface Passed {
  readonly outputs: Float64Array
  readonly inferred: Float64Array
  readonly inputs: Float64Array | null
  readonly variables: readonly Float64Array[]
}

function pass(layer: Layer, xShape: readonly number[], values: Values): Passed {
  const read = (tensor: Tensor) => Float64Array.from(tensor.dataSync())
  tf.engine().startScope()
  try {
    const input = tf.tensor(values.x, [...xShape])
    const variables = layer.variables.map(({ shape }, index) =>
      tf.tensor(values.variables[index]!, [...shape]),
    )
    const training = layer.train(input, variables, null)
    const gradient = tf.tensor(values.cotangent, [batch, ...layer.outputShape])
    const back = training.backward(gradient, layer.kind !== 'embedding')
    return {
      outputs: read(training.outputs),
      inferred: read(layer.infer(input, variables)),
      inputs: back.inputs === null ? null : read(back.inputs),
      variables: back.variables.map(read),
    }
  } finally {
    tf.engine().endScope()
  }
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0
  for (let at = 0; at < a.length; at++) sum += a[at]! * b[at]!
  return sum
}

function expectClose(got: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number) {
  expect(got.length).toBe(expected.length)
  const errors = Array.from(got, (value, at) => Math.abs(value - expected[at]!))
  expect(Math.max(...errors)).toBeLessThan(tolerance)
}

describe('recurrent layers and embeddings', () => {
  beforeAll(async () => {
    await loadEngine('wasm')
    await loadEngine('cpu')
  })

  describe.each(layers)('%s', (_, layer, xShape) => {
    it('has the gradient that finite differences give', () => {
      activateBackend('cpu')
      const values = draw(layer, xShape)
      const exact = pass(layer, xShape, values)
      expect(exact.inferred).toEqual(exact.outputs)
      const loss = (changed: Partial<Values>) =>
        dot(pass(layer, xShape, { ...values, ...changed }).outputs, values.cotangent)
      // Central differences: O(h²) truncation and float32 rounding of the loss over 2h are both near 1e-3.
      const h = 0.01
      const slope = (source: Float32Array, at: number, change: (moved: Float32Array) => object) => {
        const [up, down] = [h, -h].map(step => {
          const moved = source.slice()
          moved[at] = moved[at]! + step
          return loss(change(moved))
        })
        return (up! - down!) / (2 * h)
      }
      values.variables.forEach((source, index) => {
        for (let at = 0; at < source.length; at += 11) {
          const numeric = slope(source, at, moved => ({
            variables: values.variables.map((own, other) => (other === index ? moved : own)),
          }))
          expect(exact.variables[index]![at]).toBeCloseTo(numeric, 2)
        }
      })
      if (exact.inputs === null) return
      for (let at = 0; at < values.x.length; at += 7) {
        const numeric = slope(values.x, at, moved => ({ x: moved }))
        expect(exact.inputs[at]).toBeCloseTo(numeric, 2)
      }
    })

    it('gives on wasm what it gives on cpu', () => {
      activateBackend('cpu')
      const values = draw(layer, xShape)
      const expected = pass(layer, xShape, values)
      activateBackend('wasm')
      const got = pass(layer, xShape, values)
      // Some dozen float32 roundings of numbers of the order of 1 to 10.
      expectClose(got.outputs, expected.outputs, 2e-6)
      expectClose(got.inferred, expected.inferred, 2e-6)
      if (expected.inputs !== null) expectClose(got.inputs!, expected.inputs, 1e-5)
      expected.variables.forEach((gradient, index) => {
        expectClose(got.variables[index]!, gradient, 2e-5)
      })
    })
  })

  it('adds up the gradients of a token that comes twice, and gives none to one that does not come', () => {
    for (const backend of ['cpu', 'wasm']) {
      activateBackend(backend)
      const layer = createEmbedding({ steps: 3, tokens: 4, dimensions: 2 })
      const gradient = tf.tidy(() => {
        const x = tf.tensor2d([2, 0, 2], [1, 3])
        const { backward } = layer.train(x, [tf.zeros([4, 2])], null)
        const dy = tf.tensor3d([1, 2, 10, 20, 100, 200], [1, 3, 2])
        return Array.from(backward(dy, false).variables[0]!.dataSync())
      })
      expect(gradient).toEqual([10, 20, 0, 0, 101, 202, 0, 0])
    }
  })

  it('reads backwards in the second direction', () => {
    activateBackend('cpu')
    const size = { cell: 'gru', steps, features, units } as const
    const one = createRecurrent({ ...size, bidirectional: false, outputs: 'all' })
    const two = createRecurrent({ ...size, bidirectional: true, outputs: 'all' })
    const values = draw(two, [batch, steps, features])
    tf.tidy(() => {
      const x = tf.tensor(values.x, [batch, steps, features])
      const variables = two.variables.map(({ shape }, index) =>
        tf.tensor(values.variables[index]!, [...shape]),
      )
      const own = one.infer(tf.reverse(x, 1), variables.slice(4))
      const second = tf.slice(two.infer(x, variables), [0, 0, units], [batch, steps, units])
      expectClose(second.dataSync(), tf.reverse(own, 1).dataSync(), 1e-7)
    })
  })

  it('starts each gate with orthogonal hidden weights and the forget gate open', () => {
    const random = createRandomStream({ seed: 1, number: 0, purpose: 'layer tests' })
    const size = 16
    const values = recurrentWeight({ features: 3, units: size, gates: 2 }, random)
    for (const gate of [0, 1]) {
      const row = (index: number) => {
        const start = (3 + index) * 2 * size + gate * size
        return values.subarray(start, start + size)
      }
      for (let a = 0; a < size; a++) {
        for (let b = 0; b <= a; b++) expect(dot(row(a), row(b))).toBeCloseTo(a === b ? 1 : 0, 6)
      }
    }
    const [, bias] = createRecurrent({
      ...{ cell: 'lstm', steps, features, units: 2 },
      ...{ bidirectional: false, outputs: 'last' },
    }).variables
    expect(bias!.initialize(random)).toEqual(Float32Array.of(0, 0, 1, 1, 0, 0, 0, 0))
  })

  describe.runIf(hasTensorflow)('on tensorflow', () => {
    beforeAll(async () => {
      await loadEngine('tensorflow')
    })

    it.each(layers)('%s gives what it gives on cpu', (_, layer, xShape) => {
      activateBackend('cpu')
      const values = draw(layer, xShape)
      const expected = pass(layer, xShape, values)
      activateBackend('tensorflow')
      const got = pass(layer, xShape, values)
      expectClose(got.outputs, expected.outputs, 2e-6)
      if (expected.inputs !== null) expectClose(got.inputs!, expected.inputs, 1e-5)
      expected.variables.forEach((gradient, index) => {
        expectClose(got.variables[index]!, gradient, 2e-5)
      })
    })
  })
})
