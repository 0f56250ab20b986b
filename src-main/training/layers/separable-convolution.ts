import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { sidesOf } from '../models/sides-of.ts'
import { reluGradient } from '../ops/activations.ts'
import { affine, matrixProduct, sumToLastAxis } from '../ops/matrix-product.ts'
import { runKernel } from '../ops/run-kernel.ts'
import type { ConvolutionOptions } from './convolution.ts'
import { constant, glorotUniform, heUniform } from './initializers.ts'
import type { Layer, LayerVariable } from './layer.ts'

/**
 * Depthwise separable convolution of NHWC images: each channel is filtered by one filter of its own
 * [height, width, channels, 1], then a matrix [channels, filters] with a bias mixes the channels of every place.
 * Takes height·width·channels + channels·filters weights instead of the product of all four. No activation stands between
 * the two. Chollet: Xception: Deep learning with depthwise separable convolutions. CVPR 2017, doi:10.1109/CVPR.2017.195.
 */
export function createSeparableConvolution(options: ConvolutionOptions): Layer {
  const { relu, rectified } = options
  const [height, width] = sidesOf(options.kernelSize)
  const channels = options.inputShape[2]
  const filters = options.outputShape[2]
  const kernelArea = height * width
  const filterShape = [height, width, channels, 1]
  const variables: LayerVariable[] = [
    {
      name: 'depthwise',
      role: 'weight',
      shape: filterShape,
      // Every sum runs over one channel alone.
      initialize: random => glorotUniform(kernelArea * channels, kernelArea, kernelArea, random),
    },
    {
      name: 'weight',
      role: 'weight',
      shape: [channels, filters],
      initialize: random =>
        rectified
          ? heUniform(channels * filters, channels, random)
          : glorotUniform(channels * filters, channels, filters, random),
    },
    { name: 'bias', role: 'bias', shape: [filters], initialize: () => constant(filters, 0) },
  ]
  const geometry = {
    strides: [options.stride, options.stride],
    pad: options.padding,
    dilations: [1, 1],
    dataFormat: 'NHWC',
  }

  /** The channels filtered alone, and their mixture. */
  function run(x: Tensor, [depthwise, weight, bias]: readonly Tensor[]) {
    const filter = depthwise as Tensor
    const filtered = runKernel('DepthwiseConv2dNative', { x, filter }, geometry)
    const rows = tf.reshape(filtered, [-1, channels])
    const mixed = affine(rows, weight as Tensor, bias as Tensor, relu ? 'relu' : 'linear')
    return { filtered, rows, outputs: tf.reshape(mixed, [-1, ...options.outputShape]) }
  }

  return {
    kind: 'separableConvolution',
    outputShape: options.outputShape,
    variables,
    infer: (x, values) => run(x, values).outputs,
    train(x, values) {
      const { filtered, rows, outputs } = run(x, values)
      return {
        outputs,
        backward(gradient, wantInputs) {
          const inner = relu ? reluGradient(gradient, outputs) : gradient
          const dMixed = tf.reshape(inner, [-1, filters])
          const [filter, weight] = values as [Tensor, Tensor, Tensor]
          const dRows = matrixProduct(dMixed, weight, false, true)
          const dy = tf.reshape(dRows, filtered.shape)
          const dFilter = runKernel(
            'DepthwiseConv2dNativeBackpropFilter',
            { x, dy },
            { ...geometry, filterShape },
          )
          const dx = wantInputs
            ? runKernel(
                'DepthwiseConv2dNativeBackpropInput',
                { dy, filter },
                { ...geometry, inputShape: x.shape },
              )
            : null
          const dWeight = matrixProduct(rows, dMixed, true, false)
          return { inputs: dx, variables: [dFilter, dWeight, sumToLastAxis(dMixed)] }
        },
      }
    },
  }
}
