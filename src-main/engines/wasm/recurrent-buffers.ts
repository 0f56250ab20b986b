import * as tf from '@tensorflow/tfjs-core'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import { transposed } from './kernels/batch-mat-mul.ts'
import { callKernel } from './own-kernel.ts'
import { alias, floatView, type WasmBackend } from './wasm-backend.ts'

/** What the recurrent kernels share: matrix products in native code, and buffers that go when a kernel ends. */
export interface RecurrentBuffers {
  /** A temporary float32 tensor; its values are whatever lies there. */
  make(...shape: number[]): TensorInfo
  /** A temporary copy of some rows of a matrix. */
  rows(matrix: TensorInfo, from: number, to: number): TensorInfo
  transposed(matrix: TensorInfo): TensorInfo
  /** a·b of two matrices, temporary. `b` must not change while it is used again: it is packed once. */
  product(a: TensorInfo, b: TensorInfo): TensorInfo
  /** [steps, batch, n] as [steps · batch, n], the same data. */
  flat(tensor: TensorInfo): TensorInfo
  readonly view: (tensor: TensorInfo) => Float32Array
  /** Frees a temporary early. */
  free(tensor: TensorInfo): void
  /** Frees every temporary that is left. */
  freeAll(): void
}

export function createRecurrentBuffers(backend: WasmBackend): RecurrentBuffers {
  const temporary = new Set<TensorInfo>()

  function keep(tensor: TensorInfo): TensorInfo {
    temporary.add(tensor)
    return tensor
  }

  function free(tensor: TensorInfo): void {
    if (temporary.delete(tensor)) backend.disposeData(tensor.dataId)
  }

  const multiply = tf.getKernel('BatchMatMul', 'wasm').kernelFunc
  const plain = { transposeA: false, transposeB: false }

  return {
    make: (...shape) => keep(backend.makeOutput(shape, 'float32')),
    rows(matrix, from, to) {
      const columns = matrix.shape[1] as number
      const out = keep(backend.makeOutput([to - from, columns], 'float32'))
      const source = floatView(backend, matrix).subarray(from * columns, to * columns)
      floatView(backend, out).set(source)
      return out
    },
    transposed: matrix => keep(transposed(backend, matrix)),
    product: (a, b) => keep(callKernel(multiply, backend, { a, b }, plain)),
    flat(tensor) {
      const columns = tensor.shape[tensor.shape.length - 1] as number
      const rows = tf.util.sizeFromShape(tensor.shape) / columns
      return keep(alias(backend, tensor, [rows, columns]))
    },
    view: tensor => floatView(backend, tensor),
    free,
    freeAll() {
      for (const tensor of [...temporary]) free(tensor)
    },
  }
}

/** target[column] = Σ over rows. */
export function sumRowsInto(target: Float32Array, matrix: Float32Array): void {
  const sums = new Float64Array(target.length)
  for (let at = 0; at < matrix.length;) {
    for (let column = 0; column < sums.length; column++, at++) {
      sums[column] = (sums[column] as number) + (matrix[at] as number)
    }
  }
  target.set(sums)
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
