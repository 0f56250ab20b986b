import type { TensorInfo } from '@tensorflow/tfjs-core'
import {
  aroundImages,
  type ConvolutionAttributes,
  type ConvolutionInfo,
  convolutionInfo,
  type Padding,
} from '../convolution-geometry.ts'
import { callKernel, ownKernel } from '../own-kernel.ts'
import { floatView } from '../wasm-backend.ts'

/** Terms of one sum that are worked on at once, so that the packed dy stays in the cache. */
const TERM_BUDGET = 8 * 1024

/**
 * Gradient of a 2-D convolution with respect to its filter; the stock backend has none.
 *
 * dFilter[i, j, c, f] = Σ x[b, s·h + i, s·w + j, c] · dy[b, h, w, f] over b, h, w is itself a convolution: of
 * the image [C, H, W, B] (channels as batch, batch as channels) with the filter [h, w, B, F] = dy and the
 * stride as dilation. So the library's vectorized convolution does the work.
 */
export const conv2DBackpropFilterKernel = ownKernel<
  { x: TensorInfo; dy: TensorInfo },
  ConvolutionAttributes & { filterShape: number[] }
>('Conv2DBackpropFilter', ({ inputs: { x, dy }, backend, attrs }) => {
  const conv = convolutionInfo(x.shape, attrs.filterShape, attrs)
  if (conv.dataFormat !== 'channelsLast') {
    throw new Error('Conv2DBackpropFilter: only NHWC is supported on wasm')
  }
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels } = conv
  const group = Math.max(1, Math.min(batchSize, Math.floor(TERM_BUDGET / (outHeight * outWidth))))
  const dilations = [conv.strideHeight, conv.strideWidth]
  const attributes = { strides: [1, 1], dilations, pad: padding(conv), dataFormat: 'NHWC' }
  const out = backend.makeOutput([...conv.filterShape], 'float32')
  floatView(backend, out).fill(0)
  for (let first = 0; first < batchSize; first += group) {
    const images = Math.min(group, batchSize - first)
    const turnedX = backend.makeOutput([inChannels, inHeight, inWidth, images], 'float32')
    const turnedDy = backend.makeOutput([outHeight, outWidth, images, outChannels], 'float32')
    turnInput(floatView(backend, x), floatView(backend, turnedX), conv, first, images)
    turnGradient(floatView(backend, dy), floatView(backend, turnedDy), conv, first, images)
    const part = callKernel('Conv2D', backend, { x: turnedX, filter: turnedDy }, attributes)
    accumulate(floatView(backend, out), floatView(backend, part), conv, part.shape)
    for (const tensor of [turnedX, turnedDy, part]) backend.disposeData(tensor.dataId)
  }
  return out
})

/** Zeros around the image so that dy, spread by the stride, fits in at every filter position. */
function padding(conv: ConvolutionInfo): Padding {
  const { top, left } = conv.padInfo
  const height = (conv.outHeight - 1) * conv.strideHeight + conv.filterHeight
  const width = (conv.outWidth - 1) * conv.strideWidth + conv.filterWidth
  // Rows that no window reached are left over, if negative: then some results are not used.
  const bottom = Math.max(0, height - conv.inHeight - top)
  return aroundImages(top, bottom, left, Math.max(0, width - conv.inWidth - left))
}

/** Some images [images, H · W, C] to [C, H · W, images]. */
function turnInput(
  source: Float32Array,
  target: Float32Array,
  conv: ConvolutionInfo,
  first: number,
  images: number,
): void {
  const { inChannels: channels } = conv
  const size = conv.inHeight * conv.inWidth * channels
  let to = 0
  for (let channel = 0; channel < channels; channel++) {
    for (let at = channel; at < size; at += channels) {
      let from = first * size + at
      for (let image = 0; image < images; image++, from += size) {
        target[to++] = source[from] as number
      }
    }
  }
}

/** Some gradients [images, positions, F] to [positions, images, F]. */
function turnGradient(
  source: Float32Array,
  target: Float32Array,
  conv: ConvolutionInfo,
  first: number,
  images: number,
): void {
  const { outChannels: filters } = conv
  const size = conv.outHeight * conv.outWidth * filters
  let to = 0
  for (let start = 0; start < size; start += filters) {
    for (let image = first; image < first + images; image++) {
      let from = image * size + start
      for (const end = from + filters; from < end; from++) target[to++] = source[from] as number
    }
  }
}

/** Adds a part [C, ≥ filter height, ≥ filter width, F] to the gradient [height, width, C, F]. */
function accumulate(
  total: Float32Array,
  part: Float32Array,
  conv: ConvolutionInfo,
  partShape: readonly number[],
): void {
  const [channels, partHeight, partWidth, filters] = partShape as [number, number, number, number]
  let to = 0
  for (let row = 0; row < conv.filterHeight; row++) {
    for (let column = 0; column < conv.filterWidth; column++) {
      for (let channel = 0; channel < channels; channel++) {
        let from = ((channel * partHeight + row) * partWidth + column) * filters
        for (const end = from + filters; from < end; from++, to++) {
          total[to] = (total[to] as number) + (part[from] as number)
        }
      }
    }
  }
}
