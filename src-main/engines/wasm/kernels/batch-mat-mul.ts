import * as tf from '@tensorflow/tfjs-core'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import { alias, type WasmBackend } from '../wasm-backend.ts'
import { asKernelFunc, callKernel, type OwnKernel } from '../own-kernel.ts'

interface Inputs {
  readonly a: TensorInfo
  readonly b: TensorInfo
}

/**
 * Matrix product. The stock kernel sends only untransposed products of batch 1 through its fast
 * path; the rest is a scalar loop, 10 times slower. So transposes of single matrices are made first.
 */
export const batchMatMulKernel: OwnKernel = {
  name: 'BatchMatMul',
  create: stock =>
    asKernelFunc<Inputs, { transposeA: boolean; transposeB: boolean }>(
      ({ inputs: { a, b }, backend, attrs }) => {
        if (stock === undefined) throw new Error('the stock kernel is gone')
        const single = isSingle(a) && isSingle(b) && (attrs.transposeA || attrs.transposeB)
        if (!single) return callKernel(stock, backend, { a, b }, { ...attrs })
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
      },
    ),
}

function isSingle(tensor: TensorInfo): boolean {
  return tf.util.sizeFromShape(tensor.shape.slice(0, -2)) === 1
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
