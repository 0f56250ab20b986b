import type { backend_util as BackendUtilities } from '@tensorflow/tfjs-core'

export type PoolInfo = ReturnType<typeof BackendUtilities.computePool2DInfo>

export interface PoolAttributes {
  readonly filterSize: number | [number, number]
  readonly strides: number | [number, number]
  readonly pad: number | 'valid' | 'same'
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil'
}

/**
 * Gradient of average-pooling into `dx`: each output's gradient is spread evenly over the inputs that
 * its window covers. The stock kernels divide by the size of the whole window also at a padded edge,
 * where their forward kernels average over fewer inputs.
 */
export function averagePoolGradient(pool: PoolInfo, dy: Float32Array, dx: Float32Array): void {
  const { inHeight, inWidth, outHeight, outWidth, inChannels: channels, padInfo } = pool
  dx.fill(0)
  let out = 0
  for (let image = 0; image < pool.batchSize; image++) {
    const start = image * inHeight * inWidth * channels
    for (let row = 0; row < outHeight; row++) {
      const top = row * pool.strideHeight - padInfo.top
      const firstRow = Math.max(0, top)
      const endRow = Math.min(inHeight, top + pool.filterHeight)
      for (let column = 0; column < outWidth; column++, out += channels) {
        const left = column * pool.strideWidth - padInfo.left
        const firstColumn = Math.max(0, left)
        const endColumn = Math.min(inWidth, left + pool.filterWidth)
        const share = 1 / ((endRow - firstRow) * (endColumn - firstColumn))
        for (let y = firstRow; y < endRow; y++) {
          for (let place = firstColumn; place < endColumn; place++) {
            const at = start + (y * inWidth + place) * channels
            for (let channel = 0; channel < channels; channel++) {
              const value = (dx[at + channel] as number) + share * (dy[out + channel] as number)
              dx[at + channel] = value
            }
          }
        }
      }
    }
  }
}
