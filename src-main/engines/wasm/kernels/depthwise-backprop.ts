import * as tf from '@tensorflow/tfjs-core'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import {
  type ConvolutionAttributes,
  type ConvolutionInfo,
  convolutionInfo,
  type Padding,
  type Shape,
} from '../convolution-geometry.ts'
import { callKernel, ownKernel } from '../own-kernel.ts'
import { floatView, type WasmBackend } from '../wasm-backend.ts'
import { transposedPadding } from './conv2d-backprop-input.ts'

/**
 * Both gradients of a depthwise 2-D convolution of NHWC images, with filters [height, width, channels, multiplier]; the
 * stock backend has neither. The one of the input is, in the usual case, such a convolution itself.
 */
export const depthwiseBackpropKernels = [
  ownKernel<{ x: TensorInfo; dy: TensorInfo }, ConvolutionAttributes & { filterShape: number[] }>(
    'DepthwiseConv2dNativeBackpropFilter',
    ({ inputs: { x, dy }, backend, attrs }) => {
      const conv = convolutionInfo(x.shape, attrs.filterShape, attrs, true)
      const out = backend.makeOutput([...conv.filterShape], 'float32')
      // In double precision: every number is a sum over all places of all images.
      const sums = new Float64Array(tf.util.sizeFromShape(conv.filterShape))
      const [xs, dys] = [floatView(backend, x), floatView(backend, dy)]
      const { inChannels: channels } = conv
      const multiplier = conv.outChannels / channels
      forEachOverlap(conv, (xAt, dyAt, filterAt) => {
        for (let step = 0; step < multiplier; step++) {
          let from = dyAt + step
          let to = filterAt + step
          for (let at = xAt, end = xAt + channels; at < end; at++) {
            sums[to] = (sums[to] as number) + (xs[at] as number) * (dys[from] as number)
            from += multiplier
            to += multiplier
          }
        }
      })
      floatView(backend, out).set(sums)
      return out
    },
  ),
  ownKernel<
    { dy: TensorInfo; filter: TensorInfo },
    ConvolutionAttributes & { inputShape: number[] }
  >('DepthwiseConv2dNativeBackpropInput', ({ inputs: { dy, filter }, backend, attrs }) => {
    const conv = convolutionInfo(attrs.inputShape, filter.shape, attrs, true)
    const pad = turnedPadding(conv)
    if (pad !== null) return asConvolution(backend, dy, filter, pad)
    const out = backend.makeOutput([...conv.inShape], 'float32')
    const [dys, weights] = [floatView(backend, dy), floatView(backend, filter)]
    const dx = floatView(backend, out).fill(0)
    const { inChannels: channels } = conv
    const multiplier = conv.outChannels / channels
    forEachOverlap(conv, (xAt, dyAt, filterAt) => {
      for (let step = 0; step < multiplier; step++) {
        let from = dyAt + step
        let at = filterAt + step
        for (let to = xAt, end = xAt + channels; to < end; to++) {
          dx[to] = (dx[to] as number) + (weights[at] as number) * (dys[from] as number)
          from += multiplier
          at += multiplier
        }
      }
    })
    return out
  }),
]

/** Around dy, so that the turned filter gives as many places as the input has; null if that is not the same sum. */
function turnedPadding(conv: ConvolutionInfo): Padding | null {
  const { strideHeight, strideWidth, dilationHeight, dilationWidth } = conv
  const single = [strideHeight, strideWidth, dilationHeight, dilationWidth].every(
    factor => factor === 1,
  )
  const pad = transposedPadding(conv)
  const fits = pad.flat().every(side => side >= 0)
  return single && fits && conv.outChannels === conv.inChannels ? pad : null
}

/** dy filtered by the filters turned by 180°, by the library's vectorized kernel. */
function asConvolution(
  backend: WasmBackend,
  dy: TensorInfo,
  filter: TensorInfo,
  pad: Padding,
): TensorInfo {
  const [height, width, channels] = filter.shape as Shape
  const turned = backend.makeOutput([...filter.shape], 'float32')
  const [from, to] = [floatView(backend, filter), floatView(backend, turned)]
  const last = height * width - 1
  for (let position = 0; position <= last; position++) {
    const row = from.subarray(position * channels, (position + 1) * channels)
    to.set(row, (last - position) * channels)
  }
  const geometry = { strides: [1, 1], dilations: [1, 1], pad, dataFormat: 'NHWC' }
  const dx = callKernel('DepthwiseConv2dNative', backend, { x: dy, filter: turned }, geometry)
  backend.disposeData(turned.dataId)
  return dx
}

/** Where a place of the input, one of the output and one of the filter meet: the first channel of each. */
function forEachOverlap(
  conv: ConvolutionInfo,
  meet: (xAt: number, dyAt: number, filterAt: number) => void,
): void {
  const { inHeight, inWidth, inChannels, outHeight, outWidth, outChannels } = conv
  for (let image = 0; image < conv.batchSize; image++) {
    for (let outRow = 0; outRow < outHeight; outRow++) {
      for (let filterRow = 0; filterRow < conv.filterHeight; filterRow++) {
        const row = outRow * conv.strideHeight + filterRow * conv.dilationHeight - conv.padInfo.top
        if (row < 0 || row >= inHeight) continue
        const rowStart = (image * inHeight + row) * inWidth
        const outStart = (image * outHeight + outRow) * outWidth
        const filterStart = filterRow * conv.filterWidth
        for (let outColumn = 0; outColumn < outWidth; outColumn++) {
          const first = outColumn * conv.strideWidth - conv.padInfo.left
          for (let filterColumn = 0; filterColumn < conv.filterWidth; filterColumn++) {
            const column = first + filterColumn * conv.dilationWidth
            if (column < 0 || column >= inWidth) continue
            meet(
              (rowStart + column) * inChannels,
              (outStart + outColumn) * outChannels,
              (filterStart + filterColumn) * outChannels,
            )
          }
        }
      }
    }
  }
}
