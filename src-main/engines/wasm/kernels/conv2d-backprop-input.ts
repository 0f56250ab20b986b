import type { TensorInfo } from '@tensorflow/tfjs-core'
import {
  aroundImages,
  type ConvolutionAttributes,
  type ConvolutionInfo,
  convolutionInfo,
  type Padding,
} from '../convolution-geometry.ts'
import { callKernel, ownKernel } from '../own-kernel.ts'
import { floatView, type WasmBackend } from '../wasm-backend.ts'

/**
 * Gradient of a 2-D convolution with respect to its input, as a convolution: dy, spread out by the stride
 * with zeros between, with the filter turned by 180° and its channels swapped. The stock kernel is a
 * scalar loop, 10 times slower.
 */
export const conv2DBackpropInputKernel = ownKernel<
  { dy: TensorInfo; filter: TensorInfo },
  ConvolutionAttributes & { inputShape: number[] }
>('Conv2DBackpropInput', ({ inputs, backend, attrs }, stock) => {
  const { dy, filter } = inputs
  const conv = convolutionInfo(attrs.inputShape, filter.shape, attrs)
  const pad = transposedPadding(conv)
  if (conv.dataFormat !== 'channelsLast' || pad.flat().some(side => side < 0)) {
    return callKernel(stock, backend, inputs, attrs)
  }
  const turned = turnFilter(filter, backend)
  const isSpread = conv.strideHeight === 1 && conv.strideWidth === 1
  const spread = isSpread ? dy : spreadOut(dy, backend, conv)
  const attributes = { strides: [1, 1], dilations: [1, 1], pad, dataFormat: 'NHWC' }
  const dx = callKernel('Conv2D', backend, { x: spread, filter: turned }, attributes)
  backend.disposeData(turned.dataId)
  if (spread !== dy) backend.disposeData(spread.dataId)
  return dx
})

/** Around the spread-out dy, so that the result has the input's size. */
export function transposedPadding(conv: ConvolutionInfo): Padding {
  const top = conv.filterHeight - 1 - conv.padInfo.top
  const left = conv.filterWidth - 1 - conv.padInfo.left
  const spreadHeight = (conv.outHeight - 1) * conv.strideHeight + 1
  const spreadWidth = (conv.outWidth - 1) * conv.strideWidth + 1
  const bottom = conv.inHeight + conv.filterHeight - 1 - top - spreadHeight
  return aroundImages(top, bottom, left, conv.inWidth + conv.filterWidth - 1 - left - spreadWidth)
}

/** result[h, w, out, in] = filter[H − 1 − h, W − 1 − w, in, out]. */
function turnFilter(filter: TensorInfo, backend: WasmBackend): TensorInfo {
  const [height, width, inputs, outputs] = filter.shape as [number, number, number, number]
  const turned = backend.makeOutput([height, width, outputs, inputs], 'float32')
  const from = floatView(backend, filter)
  const to = floatView(backend, turned)
  const positions = height * width
  const block = inputs * outputs
  for (let position = 0; position < positions; position++) {
    const source = (positions - 1 - position) * block
    const target = position * block
    for (let input = 0; input < inputs; input++) {
      for (let output = 0; output < outputs; output++) {
        to[target + output * inputs + input] = from[source + input * outputs + output] as number
      }
    }
  }
  return turned
}

/** dy with strideHeight − 1 rows and strideWidth − 1 columns of zeros between its pixels. */
function spreadOut(dy: TensorInfo, backend: WasmBackend, conv: ConvolutionInfo): TensorInfo {
  const { batchSize, outHeight, outWidth, outChannels: channels } = conv
  const height = (outHeight - 1) * conv.strideHeight + 1
  const width = (outWidth - 1) * conv.strideWidth + 1
  const spread = backend.makeOutput([batchSize, height, width, channels], 'float32')
  const from = floatView(backend, dy)
  const to = floatView(backend, spread).fill(0)
  for (let image = 0; image < batchSize; image++) {
    for (let row = 0; row < outHeight; row++) {
      for (let column = 0; column < outWidth; column++) {
        const source = ((image * outHeight + row) * outWidth + column) * channels
        const targetRow = image * height + row * conv.strideHeight
        const target = (targetRow * width + column * conv.strideWidth) * channels
        for (let channel = 0; channel < channels; channel++) {
          to[target + channel] = from[source + channel] as number
        }
      }
    }
  }
  return spread
}
