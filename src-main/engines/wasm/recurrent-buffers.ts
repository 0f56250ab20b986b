import * as tf from '@tensorflow/tfjs-core'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import { plain, transposed } from './kernels/batch-mat-mul.ts'
import { callKernel } from './own-kernel.ts'
import { alias, floatView, type WasmBackend } from './wasm-backend.ts'

/**
 * Common to the recurrent kernels: matrix products in native code, buffers that go when a kernel ends, the parts of
 * sequences [steps, batch, n] or [steps · batch, n].
 */
export function createRecurrentBuffers(backend: WasmBackend, steps: number) {
  const temporary = new Set<TensorInfo>()
  const view = (tensor: TensorInfo) => floatView(backend, tensor)
  const keep = (tensor: TensorInfo): TensorInfo => {
    temporary.add(tensor)
    return tensor
  }
  /** Frees a temporary early. */
  const free = (tensor: TensorInfo): void => {
    if (temporary.delete(tensor)) backend.disposeData(tensor.dataId)
  }
  /** A temporary float32 tensor; its values are whatever lies there. */
  const make = (...shape: number[]) => keep(backend.makeOutput(shape, 'float32'))
  /** A temporary copy of some rows of a matrix. */
  const rows = (matrix: TensorInfo, from: number, to?: number): TensorInfo => {
    const [height, columns] = matrix.shape as [number, number]
    const end = to ?? height
    const out = make(end - from, columns)
    view(out).set(view(matrix).subarray(from * columns, end * columns))
    return out
  }
  const turned = (matrix: TensorInfo) => keep(transposed(backend, matrix))
  /** a·b of two matrices, temporary. `b` must not change while it is used again: it is packed once. */
  const product = (a: TensorInfo, b: TensorInfo) =>
    keep(callKernel('BatchMatMul', backend, { a, b }, plain))
  /** A new tensor with the values of all parts, one behind the other. */
  const joined = (shape: number[], parts: readonly TensorInfo[]): TensorInfo => {
    const out = backend.makeOutput(shape, 'float32')
    let at = 0
    for (const part of parts) {
      view(out).set(view(part), at)
      at += view(part).length
    }
    return out
  }
  return {
    view,
    free,
    make,
    rows,
    turned,
    product,
    joined,
    /** A sequence that the kernel gives back. */
    makeSequence: (batch: number, columns: number) =>
      backend.makeOutput([steps, batch, columns], 'float32'),
    /** A sequence as a matrix with the same data. */
    flat: (tensor: TensorInfo) => keep(alias(backend, tensor, matrixShape(tensor))),
    /** The values of one step. */
    part: (tensor: TensorInfo, step: number): Float32Array => {
      const all = view(tensor)
      const size = all.length / steps
      return all.subarray(step * size, (step + 1) * size)
    },
    /** States before each step, from those after it: those before the first are 0. */
    statesBefore(after: TensorInfo): TensorInfo {
      const before = make(...matrixShape(after))
      const block = view(after).length / steps
      view(before).fill(0, 0, block)
      view(before).set(view(after).subarray(0, (steps - 1) * block), block)
      return before
    },
    /** Gradient of a weight of inputs over hidden states, from that of their products. */
    weightGradient(weight: TensorInfo, xTurned: TensorInfo, states: TensorInfo, inner: TensorInfo) {
      return joined(weight.shape, [product(xTurned, inner), product(turned(states), inner)])
    },
    /** Sums over the rows. */
    biasGradient(inner: TensorInfo): TensorInfo {
      const out = backend.makeOutput([inner.shape[1] as number], 'float32')
      const [values, columns] = [view(inner), inner.shape[1] as number]
      const sums = new Float64Array(columns)
      for (let at = 0; at < values.length;) {
        for (let column = 0; column < columns; column++, at++) {
          sums[column] = (sums[column] as number) + (values[at] as number)
        }
      }
      view(out).set(sums)
      return out
    },
    /** Frees every temporary that is left. */
    freeAll(): void {
      for (const tensor of [...temporary]) free(tensor)
    },
  }
}

function matrixShape({ shape }: TensorInfo): [number, number] {
  const columns = shape.at(-1) as number
  return [tf.util.sizeFromShape(shape) / columns, columns]
}

/** target = factors ∘ (fromInput + fromHidden + bias), bias and factors the same for every row. */
export function addSums(
  target: Float32Array,
  fromInput: Float32Array,
  fromHidden: Float32Array,
  bias: Float32Array,
  factors: Float32Array,
): void {
  for (let at = 0; at < target.length;) {
    for (let column = 0; column < bias.length; column++, at++) {
      const sum = (fromInput[at] as number) + (fromHidden[at] as number) + (bias[column] as number)
      target[at] = (factors[column] as number) * sum
    }
  }
}
