import type { TensorInfo } from '@tensorflow/tfjs-core'
import {
  aroundImages,
  type ConvolutionAttributes,
  convolutionInfo,
} from '../convolution-geometry.ts'
import { callKernel, ownKernel } from '../own-kernel.ts'

interface Inputs {
  readonly x: TensorInfo
  readonly filter: TensorInfo
}

/**
 * 2-D convolutions. The stock kernels compute padding `same` wrongly where a step is longer than the
 * filter: rows that no window covers come out as negative padding. So the padding is spelled out there.
 */
export const convolutionKernels = ['Conv2D', 'FusedConv2D', 'DepthwiseConv2dNative'].map(name =>
  ownKernel<Inputs, ConvolutionAttributes>(name, ({ inputs, backend, attrs }, stock) => {
    const pad = safePadding(inputs, attrs, name === 'DepthwiseConv2dNative')
    return callKernel(stock, backend, inputs, { ...attrs, pad })
  }),
)

function safePadding(
  { x, filter }: Inputs,
  attrs: ConvolutionAttributes,
  isDepthwise: boolean,
): ConvolutionAttributes['pad'] {
  const { strides, pad, dataFormat } = attrs
  if (pad !== 'same' || dataFormat !== 'NHWC') return pad
  const [strideHeight, strideWidth] = typeof strides === 'number' ? [strides, strides] : strides
  const [height, width] = filter.shape as [number, number, number, number]
  if (strideHeight <= height && strideWidth <= width) return pad
  const { top, bottom, left, right } = convolutionInfo(
    x.shape,
    filter.shape,
    attrs,
    isDepthwise,
  ).padInfo
  return aroundImages(top, bottom, left, right)
}
