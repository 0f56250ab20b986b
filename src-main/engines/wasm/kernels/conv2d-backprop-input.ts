import * as tf from '@tensorflow/tfjs-core'
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core'
import { floatView, type WasmBackend } from '../wasm-backend.ts'
import { asKernelFunc, callKernel, type OwnKernel } from '../own-kernel.ts'

interface Attributes {
  readonly strides: number | [number, number]
  readonly pad: Parameters<typeof tf.backend_util.computeConv2DInfo>[4]
  readonly dataFormat: 'NHWC' | 'NCHW'
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil'
  readonly inputShape: [number, number, number, number]
}

type ConvolutionInfo = ReturnType<typeof tf.backend_util.computeConv2DInfo>

/**
 * Gradient of a 2-D convolution with respect to its input, as a convolution: dy, spread out by the stride
 * with zeros between, with the filter turned by 180° and its channels swapped. The stock kernel is a
 * scalar loop, 10 times slower.
 */
export const conv2DBackpropInputKernel: OwnKernel = {
  name: 'Conv2DBackpropInput',
  create: stock =>
    asKernelFunc<{ dy: TensorInfo; filter: TensorInfo }, Attributes>(
      ({ inputs, backend, attrs }) => {
        if (stock === undefined) throw new Error('the stock kernel is gone')
        const conv = tf.backend_util.computeConv2DInfo(
          attrs.inputShape,
          inputs.filter.shape as [number, number, number, number],
          attrs.strides,
          1,
          attrs.pad,
          attrs.dimRoundingMode,
          false,
          tf.backend_util.convertConv2DDataFormat(attrs.dataFormat),
        )
        const pad = transposedPadding(conv)
        const simple = conv.dataFormat === 'channelsLast' && pad.flat().every(side => side >= 0)
        return simple
          ? asConvolution(inputs.dy, inputs.filter, backend, conv, pad)
          : callStock(stock, inputs, backend, attrs)
      },
    ),
}

function callStock(
  stock: KernelFunc,
  inputs: { dy: TensorInfo; filter: TensorInfo },
  backend: WasmBackend,
  attrs: Attributes,
): TensorInfo {
  return callKernel(stock, backend, { ...inputs }, { ...attrs })
}

/** [[top, bottom], [left, right]] around the spread-out dy, so that the result has the input's size. */
function transposedPadding(conv: ConvolutionInfo): [[number, number], [number, number]] {
  const top = conv.filterHeight - 1 - conv.padInfo.top
  const left = conv.filterWidth - 1 - conv.padInfo.left
  const spreadHeight = (conv.outHeight - 1) * conv.strideHeight + 1
  const spreadWidth = (conv.outWidth - 1) * conv.strideWidth + 1
  return [
    [top, conv.inHeight + conv.filterHeight - 1 - top - spreadHeight],
    [left, conv.inWidth + conv.filterWidth - 1 - left - spreadWidth],
  ]
}

function asConvolution(
  dy: TensorInfo,
  filter: TensorInfo,
  backend: WasmBackend,
  conv: ConvolutionInfo,
  pad: [[number, number], [number, number]],
): TensorInfo {
  const turned = turnFilter(filter, backend)
  const spread =
    conv.strideHeight === 1 && conv.strideWidth === 1 ? dy : spreadOut(dy, backend, conv)
  const convolve = tf.getKernel('Conv2D', 'wasm').kernelFunc
  const dx = callKernel(
    convolve,
    backend,
    { x: spread, filter: turned },
    { strides: [1, 1], dilations: [1, 1], pad: [[0, 0], ...pad, [0, 0]], dataFormat: 'NHWC' },
  )
  backend.disposeData(turned.dataId)
  if (spread !== dy) backend.disposeData(spread.dataId)
  return dx
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
