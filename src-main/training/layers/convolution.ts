import type { Tensor } from '@tensorflow/tfjs-core'
import { reluGradient } from '../ops/activations.ts'
import { sumToLastAxis } from '../ops/matrix-product.ts'
import { runKernel } from '../ops/run-kernel.ts'
import type { Size } from '../models/network-definition.ts'
import { sidesOf } from '../models/sides-of.ts'
import { constant, glorotUniform, heUniform } from './initializers.ts'
import type { Layer, LayerVariable } from './layer.ts'

export interface ConvolutionOptions {
  /** [height, width, channels] */
  readonly inputShape: readonly [number, number, number]
  readonly outputShape: readonly [number, number, number]
  readonly kernelSize: Size
  readonly stride: number
  readonly padding: 'same' | 'valid'
  /** Relu belongs to the layer (one kernel) when it follows directly. */
  readonly relu: boolean
  /** Whether a relu comes after this layer: He instead of Glorot. */
  readonly rectified: boolean
}

/** 2-D convolution of NHWC images with bias; the filter is [height, width, channels, filters]. */
export function createConvolution(options: ConvolutionOptions): Layer {
  const { relu } = options
  const [kernelHeight, kernelWidth] = sidesOf(options.kernelSize)
  const channels = options.inputShape[2]
  const filters = options.outputShape[2]
  const filterShape = [kernelHeight, kernelWidth, channels, filters]
  const size = kernelHeight * kernelWidth * channels * filters
  const fanIn = kernelHeight * kernelWidth * channels
  const fanOut = kernelHeight * kernelWidth * filters
  const weight: LayerVariable = {
    name: 'weight',
    role: 'weight',
    shape: filterShape,
    initialize: random =>
      options.rectified
        ? heUniform(size, fanIn, random)
        : glorotUniform(size, fanIn, fanOut, random),
  }
  const bias: LayerVariable = {
    name: 'bias',
    role: 'bias',
    shape: [filters],
    initialize: () => constant(filters, 0),
  }
  const strides = [options.stride, options.stride]
  const geometry = { strides, pad: options.padding, dataFormat: 'NHWC' }

  function infer(x: Tensor, [filter, b]: readonly Tensor[]): Tensor {
    return runKernel(
      'FusedConv2D',
      { x, filter: filter as Tensor, bias: b as Tensor },
      { ...geometry, dilations: [1, 1], activation: relu ? 'relu' : 'linear', leakyreluAlpha: 0 },
    )
  }

  return {
    kind: 'convolution',
    outputShape: options.outputShape,
    variables: [weight, bias],
    infer,
    train(x, variables) {
      const outputs = infer(x, variables)
      return {
        outputs,
        backward(gradient, wantInputs) {
          const dy = relu ? reluGradient(gradient, outputs) : gradient
          const filter = variables[0] as Tensor
          const dx = wantInputs
            ? runKernel('Conv2DBackpropInput', { dy, filter }, { ...geometry, inputShape: x.shape })
            : null
          const dFilter = runKernel('Conv2DBackpropFilter', { x, dy }, { ...geometry, filterShape })
          return { inputs: dx, variables: [dFilter, sumToLastAxis(dy)] }
        },
      }
    },
  }
}
