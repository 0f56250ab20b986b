import * as tf from '@tensorflow/tfjs-core'
import type { TensorInfo } from '@tensorflow/tfjs-core'

type PoolInfo = ReturnType<typeof tf.backend_util.computePool2DInfo>

export interface PoolAttributes {
  readonly filterSize: number | [number, number]
  readonly strides: number | [number, number]
  readonly pad: number | 'valid' | 'same'
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil'
}

export function poolInfo(
  { shape }: TensorInfo,
  { filterSize, strides, pad, dimRoundingMode }: PoolAttributes,
): PoolInfo {
  const sides = shape as [number, number, number, number]
  return tf.backend_util.computePool2DInfo(sides, filterSize, strides, 1, pad, dimRoundingMode)
}

/**
 * Tells of every window where its image begins, which rows and columns of that it covers (from the first to before the
 * end, cut off at padded edges), and where its output begins.
 */
export function forEachWindow(
  pool: PoolInfo,
  visit: (
    image: number,
    firstRow: number,
    endRow: number,
    firstColumn: number,
    endColumn: number,
    out: number,
  ) => void,
): void {
  const { inHeight, inWidth, outHeight, outWidth, inChannels: channels, padInfo } = pool
  let out = 0
  for (let image = 0; image < pool.batchSize; image++) {
    const start = image * inHeight * inWidth * channels
    for (let row = 0; row < outHeight; row++) {
      const top = row * pool.strideHeight - padInfo.top
      const endRow = Math.min(inHeight, top + pool.filterHeight)
      for (let column = 0; column < outWidth; column++, out += channels) {
        const left = column * pool.strideWidth - padInfo.left
        const endColumn = Math.min(inWidth, left + pool.filterWidth)
        visit(start, Math.max(0, top), endRow, Math.max(0, left), endColumn, out)
      }
    }
  }
}

/**
 * Gradient of average-pooling into `dx`: each output's gradient is spread evenly over the inputs that
 * its window covers. The stock kernels divide by the size of the whole window also at a padded edge,
 * where their forward kernels average over fewer inputs.
 */
export function averagePoolGradient(pool: PoolInfo, dy: Float32Array, dx: Float32Array): void {
  const { inWidth, inChannels: channels } = pool
  dx.fill(0)
  forEachWindow(pool, (image, firstRow, endRow, firstColumn, endColumn, out) => {
    const share = 1 / ((endRow - firstRow) * (endColumn - firstColumn))
    for (let y = firstRow; y < endRow; y++) {
      for (let column = firstColumn; column < endColumn; column++) {
        const at = image + (y * inWidth + column) * channels
        for (let channel = 0; channel < channels; channel++) {
          const value = (dx[at + channel] as number) + share * (dy[out + channel] as number)
          dx[at + channel] = value
        }
      }
    }
  })
}
