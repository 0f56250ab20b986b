import type { Tensor } from '@tensorflow/tfjs-core'
import { affine, matrixProduct, sumToLastAxis } from '../ops/matrix-product.ts'
import { reluGradient } from '../ops/activations.ts'
import { constant, glorotUniform, heUniform } from './initializers.ts'
import type { Layer, LayerVariable } from './layer.ts'

export interface DenseOptions {
  readonly inputs: number
  readonly units: number
  /** Relu belongs to the layer (one kernel) when it follows directly; `rectified` alone decides He. */
  readonly relu: boolean
  /** Whether a relu comes after this layer, directly or behind others: He instead of Glorot. */
  readonly rectified: boolean
}

/** y = x·W + b for inputs [batch, inputs]; W is [inputs, units]. Biases start at 0. */
export function createDense(options: DenseOptions): Layer {
  const { inputs, units, relu } = options
  const size = inputs * units
  const weight: LayerVariable = {
    name: 'weight',
    role: 'weight',
    shape: [inputs, units],
    initialize: random =>
      options.rectified
        ? heUniform(size, inputs, random)
        : glorotUniform(size, inputs, units, random),
  }
  const bias: LayerVariable = {
    name: 'bias',
    role: 'bias',
    shape: [units],
    initialize: () => constant(units, 0),
  }

  function infer(x: Tensor, [w, b]: readonly Tensor[]): Tensor {
    return affine(x, w as Tensor, b as Tensor, relu ? 'relu' : 'linear')
  }

  return {
    kind: 'dense',
    outputShape: [units],
    variables: [weight, bias],
    infer,
    train(x, variables) {
      const outputs = infer(x, variables)
      return {
        outputs,
        statistics: [],
        backward(gradient, wantInputs) {
          const inner = relu ? reluGradient(gradient, outputs) : gradient
          const w = variables[0] as Tensor
          return {
            inputs: wantInputs ? matrixProduct(inner, w, false, true) : null,
            variables: [matrixProduct(x, inner, true, false), sumToLastAxis(inner)],
          }
        },
      }
    },
  }
}
