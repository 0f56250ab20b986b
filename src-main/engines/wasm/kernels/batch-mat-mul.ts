import * as tf from '@tensorflow/tfjs-core'
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core'
import { alias, floatView, type WasmBackend } from '../wasm-backend.ts'
import { callKernel, ownKernel } from '../own-kernel.ts'

interface Inputs {
  readonly a: TensorInfo
  readonly b: TensorInfo
}

interface Transposes {
  readonly transposeA: boolean
  readonly transposeB: boolean
}
export const plain: Transposes = { transposeA: false, transposeB: false }

/** Fewer multiplications are done before the library has packed a matrix for them. */
const MIN_PRODUCTS = 8 * 1024

/**
 * Matrix product. The stock kernel sends only untransposed products of batch 1 through its fast
 * path; the rest is a scalar loop, 10 times slower. So transposes are made first, and larger pairs go one by one.
 */
export const batchMatMulKernel = ownKernel<Inputs, Transposes>(
  'BatchMatMul',
  ({ inputs, backend, attrs }, stock) => {
    const { a, b } = inputs
    const single = isSingle(a) && isSingle(b)
    if (!single && !isWorthPairing(a, b, attrs)) return callKernel(stock, backend, inputs, attrs)
    const left = attrs.transposeA ? transposed(backend, a) : a
    const right = attrs.transposeB ? transposed(backend, b) : b
    const out = single
      ? callKernel(stock, backend, { a: left, b: right }, plain)
      : pairByPair(stock, backend, left, right)
    if (left !== a) backend.disposeData(left.dataId)
    if (right !== b) backend.disposeData(right.dataId)
    return out
  },
)

function isSingle(tensor: TensorInfo): boolean {
  return tf.util.sizeFromShape(tensor.shape.slice(0, -2)) === 1
}

/** As many matrices on both sides, large enough. */
function isWorthPairing(a: TensorInfo, b: TensorInfo, { transposeB }: Transposes): boolean {
  const leading = a.shape.slice(0, -2)
  const outer = b.shape.at(transposeB ? -2 : -1) as number
  const matrix = a.shape.slice(-2)
  return (
    leading.join() === b.shape.slice(0, -2).join() &&
    tf.util.sizeFromShape(matrix) * outer >= MIN_PRODUCTS
  )
}

function pairByPair(
  stock: KernelFunc,
  backend: WasmBackend,
  left: TensorInfo,
  right: TensorInfo,
): TensorInfo {
  const leading = left.shape.slice(0, -2)
  const [rows, inner] = left.shape.slice(-2) as [number, number]
  const columns = right.shape.at(-1) as number
  const out = backend.makeOutput([...leading, rows, columns], 'float32')
  const first = backend.makeOutput([1, rows, inner], 'float32')
  const count = tf.util.sizeFromShape(leading)
  for (let pair = 0; pair < count; pair++) {
    // A new one each time: the library keeps what it has packed under the number of a tensor.
    const second = backend.makeOutput([1, inner, columns], 'float32')
    copyMatrix(backend, left, first, pair)
    copyMatrix(backend, right, second, pair)
    const product = callKernel(stock, backend, { a: first, b: second }, plain)
    floatView(backend, out).set(floatView(backend, product), pair * rows * columns)
    for (const tensor of [second, product]) backend.disposeData(tensor.dataId)
  }
  backend.disposeData(first.dataId)
  return out
}

function copyMatrix(
  backend: WasmBackend,
  source: TensorInfo,
  target: TensorInfo,
  number: number,
): void {
  const size = tf.util.sizeFromShape(target.shape)
  const matrices = floatView(backend, source)
  floatView(backend, target).set(matrices.subarray(number * size, (number + 1) * size))
}

/** Swaps the last two axes. */
export function transposed(backend: WasmBackend, tensor: TensorInfo): TensorInfo {
  const leading = tensor.shape.slice(0, -2)
  const [rows, columns] = tensor.shape.slice(-2) as [number, number]
  const count = tf.util.sizeFromShape(leading)
  const shape = count === 1 ? [rows, columns] : [count, rows, columns]
  const perm = count === 1 ? [1, 0] : [0, 2, 1]
  const flat = alias(backend, tensor, shape)
  const out = callKernel('Transpose', backend, { x: flat }, { perm })
  backend.disposeData(flat.dataId)
  return { ...out, shape: [...leading, columns, rows] }
}
