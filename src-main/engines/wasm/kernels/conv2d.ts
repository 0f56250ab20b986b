import * as tf from '@tensorflow/tfjs-core'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import { asKernelFunc, callKernel, type OwnKernel } from '../own-kernel.ts'

interface Inputs {
  readonly x: TensorInfo
  readonly filter: TensorInfo
}

interface Attributes {
  readonly strides: number | [number, number]
  readonly pad: Parameters<typeof tf.backend_util.computeConv2DInfo>[4]
  readonly dataFormat: 'NHWC' | 'NCHW'
  readonly dilations: number | [number, number]
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil'
}

/**
 * 2-D convolutions. The stock kernels compute padding `same` wrongly where a step is longer than the
 * filter: rows that no window covers come out as negative padding. So the padding is spelt out there.
 */
export const convolutionKernels: readonly OwnKernel[] = [
  'Conv2D',
  'FusedConv2D',
  'DepthwiseConv2dNative',
].map(name => ({
  name,
  create: stock =>
    asKernelFunc<Inputs, Attributes>(({ inputs, backend, attrs }) => {
      if (stock === undefined) throw new Error('the stock kernel is gone')
      return callKernel(
        stock,
        backend,
        { ...inputs },
        { ...attrs, pad: safePadding(inputs, attrs, name === 'DepthwiseConv2dNative') },
      )
    }),
}))

function safePadding(
  { x, filter }: Inputs,
  attrs: Attributes,
  isDepthwise: boolean,
): Attributes['pad'] {
  const { strides, pad, dilations, dataFormat, dimRoundingMode } = attrs
  if (pad !== 'same' || dataFormat !== 'NHWC') return pad
  const [strideHeight, strideWidth] = typeof strides === 'number' ? [strides, strides] : strides
  const [height, width] = filter.shape as [number, number, number, number]
  if (strideHeight <= height && strideWidth <= width) return pad
  const { padInfo } = tf.backend_util.computeConv2DInfo(
    x.shape as [number, number, number, number],
    filter.shape as [number, number, number, number],
    strides,
    dilations,
    pad,
    dimRoundingMode,
    isDepthwise,
  )
  const { top, bottom, left, right } = padInfo
  return [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ]
}
