import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { constant } from './initializers.ts'
import type { Layer } from './layer.ts'

/** Keeps the division finite when all features of a step are equal. */
const EPSILON = 1e-3

/**
 * Normalizes the features (last axis) of every row or step by their own mean and variance, in training and inference
 * alike; then scale and shift. Ba, Kiros, Hinton: Layer normalization. 2016, arXiv:1607.06450. Variances are divided by n.
 */
export function createLayerNormalization(inputShape: readonly number[]): Layer {
  const features = inputShape[inputShape.length - 1] as number

  function run(x: Tensor, [scale, shift]: readonly Tensor[]) {
    const rows = tf.reshape(x, [-1, features])
    const centered = tf.sub(rows, tf.mean(rows, -1, true))
    const variance = tf.mean(tf.square(centered), -1, true)
    const inverseDeviation = tf.rsqrt(tf.add(variance, EPSILON))
    const normalized = tf.mul(centered, inverseDeviation)
    const scaled = tf.add(tf.mul(normalized, scale as Tensor), shift as Tensor)
    return { normalized, inverseDeviation, outputs: tf.reshape(scaled, x.shape) }
  }

  return {
    kind: 'layerNormalization',
    outputShape: inputShape,
    variables: [
      { name: 'scale', role: 'scale', shape: [features], initialize: () => constant(features, 1) },
      { name: 'shift', role: 'shift', shape: [features], initialize: () => constant(features, 0) },
    ],
    infer: (x, values) => run(x, values).outputs,
    train(x, values) {
      const { normalized, inverseDeviation, outputs } = run(x, values)
      return {
        outputs,
        backward(gradient, wantInputs) {
          const dy = tf.reshape(gradient, [-1, features])
          const variables = [tf.sum(tf.mul(dy, normalized), 0), tf.sum(dy, 0)]
          if (!wantInputs) return { inputs: null, variables }
          // With g = dy·scale: dx = 1/σ · (g − mean(g) − x̂·mean(g·x̂)), means over the features.
          const inner = tf.mul(dy, values[0] as Tensor)
          const along = tf.mean(tf.mul(inner, normalized), -1, true)
          const centered = tf.sub(
            tf.sub(inner, tf.mean(inner, -1, true)),
            tf.mul(normalized, along),
          )
          return { inputs: tf.reshape(tf.mul(centered, inverseDeviation), x.shape), variables }
        },
      }
    },
  }
}
