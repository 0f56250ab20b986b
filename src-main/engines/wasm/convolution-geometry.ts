import * as tf from '@tensorflow/tfjs-core'

export type Shape = [number, number, number, number]
export type ConvolutionInfo = ReturnType<typeof tf.backend_util.computeConv2DInfo>
/** Zeros before and after each axis. */
export type Padding = [[number, number], [number, number], [number, number], [number, number]]

export interface ConvolutionAttributes {
  readonly strides: number | [number, number]
  readonly pad: Parameters<typeof tf.backend_util.computeConv2DInfo>[4]
  readonly dataFormat?: 'NHWC' | 'NCHW'
  readonly dilations?: number | [number, number]
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil'
}

export function convolutionInfo(
  inputShape: readonly number[],
  filterShape: readonly number[],
  attrs: ConvolutionAttributes,
  isDepthwise = false,
): ConvolutionInfo {
  const { strides, dilations = 1, pad, dataFormat = 'NHWC', dimRoundingMode } = attrs
  return tf.backend_util.computeConv2DInfo(
    ...([inputShape as Shape, filterShape as Shape, strides, dilations, pad] as const),
    ...([dimRoundingMode, isDepthwise] as const),
    tf.backend_util.convertConv2DDataFormat(dataFormat),
  )
}

/** Around an image [batch, height, width, channels]. */
export function aroundImages(top: number, bottom: number, left: number, right: number): Padding {
  return [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ]
}
