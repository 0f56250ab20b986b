import type { TensorInfo } from '@tensorflow/tfjs-core'
import { forEachWindow, type PoolAttributes, poolInfo } from '../../kernels/pooling.ts'
import { ownKernel } from '../own-kernel.ts'
import { floatView, integerView } from '../wasm-backend.ts'

type PoolInfo = ReturnType<typeof poolInfo>

/**
 * Gradient of max-pooling: each output's gradient goes to the first largest input of its window.
 * The stock kernel loses the gradient of windows without a positive value (its search starts at
 * the smallest positive number).
 */
export const maxPoolGradKernel = ownKernel<
  { dy: TensorInfo; input: TensorInfo; output: TensorInfo },
  PoolAttributes
>('MaxPoolGrad', ({ inputs: { dy, input, output }, backend, attrs }) => {
  const pool = poolInfo(input, attrs)
  const dx = backend.makeOutput(input.shape, 'float32')
  if (isTiling(pool)) {
    const result = integerView(backend, dx).fill(0)
    const [gradient, x, y] = [dy, input, output].map(tensor => integerView(backend, tensor))
    copyToMaxima(pool, x as Int32Array, y as Int32Array, gradient as Int32Array, result)
  } else {
    const result = floatView(backend, dx).fill(0)
    scatterToMaxima(pool, floatView(backend, input), floatView(backend, dy), result)
  }
  return dx
})

/** Whether windows of 2 × 2 lie side by side, without padding. */
function isTiling(pool: PoolInfo): boolean {
  const sizes = [pool.filterHeight, pool.filterWidth, pool.strideHeight, pool.strideWidth]
  const { top, bottom, left, right } = pool.padInfo
  return sizes.every(size => size === 2) && [top, bottom, left, right].every(side => side === 0)
}

/**
 * 2 × 2 windows that do not overlap. Works on the bits of the numbers and without branches, which signs
 * of trained networks make unpredictable: a mask is −1 where the input has the bits of the output.
 * The last input of a window takes the gradient if no other did, so none is lost.
 */
function copyToMaxima(
  pool: PoolInfo,
  x: Int32Array,
  y: Int32Array,
  gradient: Int32Array,
  result: Int32Array,
): void {
  const { inWidth, inHeight, outHeight, outWidth, inChannels: channels } = pool
  const rowLength = inWidth * channels
  let out = 0
  for (let image = 0; image < pool.batchSize; image++) {
    for (let row = 0; row < outHeight; row++) {
      let first = (image * inHeight + 2 * row) * rowLength
      for (let column = 0; column < outWidth; column++) {
        for (let channel = 0; channel < channels; channel++, first++, out++) {
          const largest = y[out] as number
          const share = gradient[out] as number
          const second = first + channels
          const third = first + rowLength
          const a = (x[first] as number) ^ largest
          const b = (x[second] as number) ^ largest
          const c = (x[third] as number) ^ largest
          const inFirst = ~((a | -a) >> 31)
          const inSecond = ~((b | -b) >> 31) & ~inFirst
          const inThird = ~((c | -c) >> 31) & ~(inFirst | inSecond)
          result[first] = share & inFirst
          result[second] = share & inSecond
          result[third] = share & inThird
          result[third + channels] = share & ~(inFirst | inSecond | inThird)
        }
        first += channels
      }
    }
  }
}

/** Windows of any size, step and padding. */
function scatterToMaxima(
  pool: PoolInfo,
  x: Float32Array,
  gradient: Float32Array,
  result: Float32Array,
): void {
  const { inWidth, inChannels: channels } = pool
  forEachWindow(pool, (image, firstRow, endRow, firstColumn, endColumn, out) => {
    for (let channel = 0; channel < channels; channel++) {
      let largest = -Infinity
      let largestAt = -1
      for (let y = firstRow; y < endRow; y++) {
        let at = image + (y * inWidth + firstColumn) * channels + channel
        for (let column = firstColumn; column < endColumn; column++, at += channels) {
          const value = x[at] as number
          if (value > largest || largestAt < 0) {
            largest = value
            largestAt = at
          }
        }
      }
      if (largestAt < 0) continue
      result[largestAt] = (result[largestAt] as number) + (gradient[out + channel] as number)
    }
  })
}
