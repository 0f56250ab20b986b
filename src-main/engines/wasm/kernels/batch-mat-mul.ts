import * as tf from '@tensorflow/tfjs-core'
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core'
import { alias, floatView, type WasmBackend } from '../wasm-backend.ts'
import { asKernelFunc, callKernel, type OwnKernel } from '../own-kernel.ts'

interface Inputs {
  readonly a: TensorInfo
  readonly b: TensorInfo
}

interface Transposes {
  readonly transposeA: boolean
  readonly transposeB: boolean
}

/** Fewer multiplications are done before the library has packed a matrix for them. */
const MIN_PRODUCTS = 8 * 1024

/**
 * Matrix product. The stock kernel sends only untransposed products of batch 1 through its fast
 * path; the rest is a scalar loop, 10 times slower. So transposes are made first, and larger pairs go one by one.
 */
export const batchMatMulKernel: OwnKernel = {
  name: 'BatchMatMul',
  create: stock =>
    asKernelFunc<Inputs, Transposes>(({ inputs: { a, b }, backend, attrs }) => {
      if (stock === undefined) throw new Error('the stock kernel is gone')
      if (!isSingle(a) || !isSingle(b)) {
        return isWorthPairing(a, b, attrs)
          ? pairByPair(stock, backend, { a, b }, attrs)
          : callKernel(stock, backend, { a, b }, { ...attrs })
      }
      if (!attrs.transposeA && !attrs.transposeB) {
        return callKernel(stock, backend, { a, b }, { ...attrs })
      }
      const left = attrs.transposeA ? transposed(backend, a) : a
      const right = attrs.transposeB ? transposed(backend, b) : b
      const out = callKernel(
        stock,
        backend,
        { a: left, b: right },
        { transposeA: false, transposeB: false },
      )
      if (left !== a) backend.disposeData(left.dataId)
      if (right !== b) backend.disposeData(right.dataId)
      return out
    }),
}

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
  { a, b }: Inputs,
  { transposeA, transposeB }: Transposes,
): TensorInfo {
  const leading = a.shape.slice(0, -2)
  const left = transposeA ? eachTransposed(backend, a) : a
  const right = transposeB ? eachTransposed(backend, b) : b
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
    const attributes = { transposeA: false, transposeB: false }
    const product = callKernel(stock, backend, { a: first, b: second }, attributes)
    floatView(backend, out).set(floatView(backend, product), pair * rows * columns)
    for (const tensor of [second, product]) backend.disposeData(tensor.dataId)
  }
  backend.disposeData(first.dataId)
  if (left !== a) backend.disposeData(left.dataId)
  if (right !== b) backend.disposeData(right.dataId)
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

/** Swaps the last two axes of many matrices. */
function eachTransposed(backend: WasmBackend, tensor: TensorInfo): TensorInfo {
  const transpose = tf.getKernel('Transpose', 'wasm').kernelFunc
  const leading = tensor.shape.slice(0, -2)
  const [rows, columns] = tensor.shape.slice(-2) as [number, number]
  const flat = alias(backend, tensor, [tf.util.sizeFromShape(leading), rows, columns])
  const out = callKernel(transpose, backend, { x: flat }, { perm: [0, 2, 1] })
  backend.disposeData(flat.dataId)
  return { ...out, shape: [...leading, columns, rows] }
}

/** Swaps the last two axes; the leading axes have length 1 and stay. */
export function transposed(backend: WasmBackend, tensor: TensorInfo): TensorInfo {
  const transpose = tf.getKernel('Transpose', 'wasm').kernelFunc
  const rank = tensor.shape.length
  const [rows, columns] = tensor.shape.slice(-2) as [number, number]
  const matrix = alias(backend, tensor, [rows, columns])
  const out = callKernel(transpose, backend, { x: matrix }, { perm: [1, 0] })
  backend.disposeData(matrix.dataId)
  return { ...out, shape: [...tensor.shape.slice(0, rank - 2), columns, rows] }
}
