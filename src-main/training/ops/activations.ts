import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { Activation } from '../models/network-definition.ts'
import { hasKernel, runKernel } from './run-kernel.ts'

/** Kernel name; the same as TensorFlow's op. */
export const reluGradKernel = 'ReluGrad'

/** gradient where output > 0, else 0. */
export function reluGradient(gradient: Tensor, output: Tensor): Tensor {
  if (hasKernel(reluGradKernel)) {
    return runKernel(reluGradKernel, { gradients: gradient, features: output })
  }
  return tf.mul(gradient, tf.step(output))
}

const INVERSE_ROOT_TWO = Math.SQRT1_2
const INVERSE_ROOT_TWO_PI = 1 / Math.sqrt(2 * Math.PI)

export function activate(activation: Activation, x: Tensor): Tensor {
  switch (activation) {
    case 'linear':
      return x
    case 'relu':
      return tf.relu(x)
    case 'tanh':
      return tf.tanh(x)
    case 'sigmoid':
      return tf.sigmoid(x)
    case 'elu':
      return tf.elu(x)
    case 'gelu':
      return tf.mul(x, normalCumulative(x))
  }
}

export interface Activated {
  readonly outputs: Tensor
  /** Chain rule: gradient of the loss with respect to the outputs → to the inputs. */
  readonly backward: (gradient: Tensor) => Tensor
}

/** Applies an activation for training. */
export function activateForTraining(activation: Activation, x: Tensor): Activated {
  if (activation === 'gelu') {
    // The one whose expensive part serves both directions.
    const cumulative = normalCumulative(x)
    return {
      outputs: tf.mul(x, cumulative),
      backward: gradient => tf.mul(gradient, tf.add(cumulative, tf.mul(x, normalDensity(x)))),
    }
  }
  const y = activate(activation, x)
  return { outputs: y, backward: gradient => gradientFromOutput(activation, gradient, y) }
}

function gradientFromOutput(
  activation: Exclude<Activation, 'gelu'>,
  gradient: Tensor,
  y: Tensor,
): Tensor {
  switch (activation) {
    case 'linear':
      return gradient
    case 'relu':
      return reluGradient(gradient, y)
    case 'tanh':
      return tf.mul(gradient, tf.sub(1, tf.square(y)))
    case 'sigmoid':
      return tf.mul(gradient, tf.mul(y, tf.sub(1, y)))
    case 'elu':
      return runKernel('EluGrad', { dy: gradient, y })
  }
}

/** Φ(x): gelu(x) = x·Φ(x), exact form. Hendrycks, Gimpel, 2016, arXiv:1606.08415. */
function normalCumulative(x: Tensor): Tensor {
  return tf.mul(tf.add(tf.erf(tf.mul(x, INVERSE_ROOT_TWO)), 1), 0.5)
}

function normalDensity(x: Tensor): Tensor {
  return tf.mul(tf.exp(tf.mul(tf.square(x), -0.5)), INVERSE_ROOT_TWO_PI)
}
