import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { affine, matrixProduct, sumToLastAxis } from '../ops/matrix-product.ts'
import { reluGradient } from '../ops/activations.ts'
import { constant, glorotUniform, heUniform } from './initializers.ts'
import type { Layer, LayerVariable } from './layer.ts'

export interface DenseOptions {
  /** Of a sequence, every step of which goes through the same matrix; absent for flat inputs. */
  readonly steps?: number
  readonly inputs: number
  readonly units: number
  /** Relu belongs to the layer (one kernel) when it follows directly; `rectified` alone decides He. */
  readonly relu: boolean
  /** Whether a relu comes after this layer, directly or behind others: He instead of Glorot. */
  readonly rectified: boolean
}

/** y = x·W + b for inputs [batch, inputs] or [batch, steps, inputs]; W is [inputs, units]. Biases start at 0. */
export function createDense(options: DenseOptions): Layer {
  const { inputs, units, relu, steps } = options
  const outputShape = steps === undefined ? [units] : [steps, units]
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
    const y = affine(flat(x), w as Tensor, b as Tensor, relu ? 'relu' : 'linear')
    return steps === undefined ? y : tf.reshape(y, [-1, ...outputShape])
  }

  /** Steps of all rows one below the other. */
  function flat(x: Tensor): Tensor {
    return steps === undefined ? x : tf.reshape(x, [-1, x.shape[2] as number])
  }

  return {
    kind: 'dense',
    outputShape,
    variables: [weight, bias],
    infer,
    train(x, variables) {
      const outputs = infer(x, variables)
      return {
        outputs,
        backward(gradient, wantInputs) {
          const inner = flat(relu ? reluGradient(gradient, outputs) : gradient)
          const w = variables[0] as Tensor
          const dx = wantInputs ? matrixProduct(inner, w, false, true) : null
          return {
            inputs: dx === null || steps === undefined ? dx : tf.reshape(dx, x.shape),
            variables: [matrixProduct(flat(x), inner, true, false), sumToLastAxis(inner)],
          }
        },
      }
    },
  }
}
