import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { Layer } from './layer.ts'

/**
 * The mean over the steps of [batch, steps, features]: [batch, features]. Steps of padding do not count; of nothing but
 * padding the mean is 0.
 */
export function createStepMean([steps, features]: readonly [number, number]): Layer {
  /** Weight of each step: [batch or 1, steps, 1]. */
  function shares(mask: Tensor | null): Tensor {
    if (mask === null) return tf.fill([1, steps, 1], 1 / steps)
    const counts = tf.maximum(tf.sum(mask, -1, true), 1)
    return tf.reshape(tf.div(mask, counts), [-1, steps, 1])
  }

  return {
    kind: 'stepMean',
    outputShape: [features],
    variables: [],
    infer: (x, _variables, mask = null) => tf.sum(tf.mul(x, shares(mask)), 1),
    train(x, _variables, _dropout, mask = null) {
      const stepShares = shares(mask)
      return {
        outputs: tf.sum(tf.mul(x, stepShares), 1),
        backward: (gradient, wantInputs) => ({
          inputs: wantInputs ? tf.mul(tf.reshape(gradient, [-1, 1, features]), stepShares) : null,
          variables: [],
        }),
      }
    },
  }
}
