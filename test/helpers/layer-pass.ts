import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { expect } from 'vitest'
import { createRandomStream } from '../../src-main/math/random/stream.ts'
import type { Layer } from '../../src-main/training/layers/layer.ts'

/** A layer and what it is given, for tests of what it computes. */
export interface LayerCase {
  readonly name: string
  readonly layer: Layer
  /** With the batch dimension. */
  readonly inputShape: readonly number[]
  /** Inputs are whole numbers below this instead of normal ones. */
  readonly tokens?: number
  /** [batch, steps]: 0 for padding. */
  readonly mask?: readonly number[]
}

export interface LayerValues {
  readonly x: Float32Array
  readonly variables: Float32Array[]
  readonly cotangent: Float32Array
}

const sizeOf = (shape: readonly number[]) => tf.util.sizeFromShape([...shape])

function normals(size: number, number: number): Float32Array {
  const random = createRandomStream({ seed: 8, number, purpose: 'layer tests' })
  return Float32Array.from({ length: size }, () => 0.7 * random.normal())
}

/** Inputs, variables and a gradient of the outputs, all of the order of 1. */
export function drawLayerValues({ layer, inputShape, tokens }: LayerCase): LayerValues {
  const size = sizeOf(inputShape)
  const random = createRandomStream({ seed: 8, number: 0, purpose: 'layer tests' })
  return {
    x:
      tokens === undefined
        ? normals(size, 1)
        : Float32Array.from({ length: size }, () => random.integer(tokens)),
    // Not the first values, which are zero for biases.
    variables: layer.variables.map(({ shape }, index) => normals(sizeOf(shape), 2 + index)),
    cotangent: normals((inputShape[0] as number) * sizeOf(layer.outputShape), 99),
  }
}

export interface LayerPassed {
  readonly outputs: Float64Array
  readonly inferred: Float64Array
  readonly inputs: Float64Array | null
  readonly variables: readonly Float64Array[]
}

/** Forward, in training and in inference, and backward, on the active backend. */
export async function passLayer(
  { layer, inputShape, tokens, mask: marks }: LayerCase,
  values: LayerValues,
): Promise<LayerPassed> {
  const tensors = tf.tidy(() => {
    const input = tf.tensor(values.x, [...inputShape])
    const variables = layer.variables.map(({ shape }, index) =>
      tf.tensor(values.variables[index]!, [...shape]),
    )
    const mask = marks === undefined ? null : tf.tensor([...marks], inputShape.slice(0, 2))
    const training = layer.train(input, variables, null, mask)
    const gradient = tf.tensor(values.cotangent, [inputShape[0]!, ...layer.outputShape])
    const back = training.backward(gradient, tokens === undefined)
    const inferred = layer.infer(input, variables, mask)
    return [training.outputs, inferred, ...back.variables, ...(back.inputs ? [back.inputs] : [])]
  })
  const read = async (tensor: Tensor) => Float64Array.from(await tensor.data())
  const all = await Promise.all(tensors.map(read))
  tf.dispose(tensors)
  const [outputs, inferred, ...others] = all as [Float64Array, Float64Array, ...Float64Array[]]
  const count = layer.variables.length
  return { outputs, inferred, inputs: others[count] ?? null, variables: others.slice(0, count) }
}

export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0
  for (let at = 0; at < a.length; at++) sum += a[at]! * b[at]!
  return sum
}

export function expectClose(
  got: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
): void {
  expect(got.length).toBe(expected.length)
  const errors = Array.from(got, (value, at) => Math.abs(value - expected[at]!))
  expect(Math.max(...errors)).toBeLessThan(tolerance)
}
