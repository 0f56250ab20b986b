import * as tf from '@tensorflow/tfjs-core'
import type { KernelFunc, Tensor } from '@tensorflow/tfjs-core'
import { type PoolAttributes, poolInfo } from '../../kernels/pooling.ts'
import { callStock, type OwnKernel } from './own-kernel.ts'

interface Call {
  readonly inputs: { readonly dy: Tensor; readonly input: Tensor }
  readonly attrs: PoolAttributes
}

/**
 * The stock kernel divides by the size of the whole window also at a padded edge, where fewer inputs were
 * averaged: what leaves such a window is scaled up first.
 */
export const averagePoolGradKernel: OwnKernel = {
  name: 'AvgPoolGrad',
  create: stock =>
    (({ inputs, attrs }: Call) => {
      return tf.tidy(() => {
        const dy = tf.mul(inputs.dy, edgeFactors(poolInfo(inputs.input, attrs)))
        return callStock(stock, { dy, input: inputs.input }, attrs)
      })
    }) as unknown as KernelFunc,
}

/** Window size over covered inputs, for every output: [1, height, width, 1]. */
function edgeFactors(pool: ReturnType<typeof poolInfo>): Tensor {
  const covered = (out: number, stride: number, before: number, filter: number, length: number) => {
    const start = out * stride - before
    return Math.min(length, start + filter) - Math.max(0, start)
  }
  const { outHeight, outWidth, filterHeight, filterWidth, padInfo } = pool
  const factors = new Float32Array(outHeight * outWidth)
  for (let row = 0; row < outHeight; row++) {
    const rows = covered(row, pool.strideHeight, padInfo.top, filterHeight, pool.inHeight)
    for (let column = 0; column < outWidth; column++) {
      const columns = covered(column, pool.strideWidth, padInfo.left, filterWidth, pool.inWidth)
      factors[row * outWidth + column] = (filterHeight * filterWidth) / (rows * columns)
    }
  }
  return tf.tensor4d(factors, [1, outHeight, outWidth, 1])
}
