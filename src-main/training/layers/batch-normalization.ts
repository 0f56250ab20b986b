import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { constant } from './initializers.ts'
import type { Layer, LayerVariable, VariableRole } from './layer.ts'

/** Keeps the division finite when a channel is constant. */
const EPSILON = 1e-3
/**
 * Share of the old moving statistics that a step keeps. 0.9 and not 0.99: trials of a search are
 * short, and after 100 steps 0.99 would still carry a third of the meaningless first values.
 */
const STATISTICS_MOMENTUM = 0.9

/**
 * Normalizes every channel (last axis) by the batch's mean and variance while training, by moving
 * averages of them in inference; then scale and shift. Ioffe, Szegedy: Batch normalization. ICML 2015,
 * algorithm 1. Variances are divided by n, also in the moving average.
 */
export function createBatchNormalization(inputShape: readonly number[]): Layer {
  const channels = inputShape[inputShape.length - 1] as number
  const variables = [
    channelVariable('scale', channels, 1),
    channelVariable('shift', channels, 0),
    channelVariable('movingMean', channels, 0),
    channelVariable('movingVariance', channels, 1),
  ]
  return {
    kind: 'batchNormalization',
    outputShape: inputShape,
    variables,
    infer(x, [scale, shift, mean, variance]) {
      const factor = tf.mul(tf.rsqrt(tf.add(variance as Tensor, EPSILON)), scale as Tensor)
      const offset = tf.sub(shift as Tensor, tf.mul(mean as Tensor, factor))
      return tf.add(tf.mul(x, factor), offset)
    },
    train(x, [scale, shift, movingMean, movingVariance]) {
      // Rows of channels: every statistic is then a sum over the first axis.
      const rows = tf.reshape(x, [-1, channels])
      const count = rows.shape[0]
      const mean = tf.div(tf.sum(rows, 0), count)
      const centered = tf.sub(rows, mean)
      const variance = tf.div(tf.sum(tf.square(centered), 0), count)
      const inverseDeviation = tf.rsqrt(tf.add(variance, EPSILON))
      const normalized = tf.mul(centered, inverseDeviation)
      const outputs = tf.reshape(
        tf.add(tf.mul(normalized, scale as Tensor), shift as Tensor),
        x.shape,
      )
      return {
        outputs,
        statistics: [
          movingAverage(movingMean as Tensor, mean),
          movingAverage(movingVariance as Tensor, variance),
        ],
        backward(gradient, wantInputs) {
          const dy = tf.reshape(gradient, [-1, channels])
          const dShift = tf.sum(dy, 0)
          const dScale = tf.sum(tf.mul(dy, normalized), 0)
          if (!wantInputs) return { inputs: null, variables: [dScale, dShift] }
          // dx = scale/σ · (dy − mean(dy) − x̂·mean(dy·x̂)): the chain rule of algorithm 1, collected.
          const inner = tf.sub(
            tf.sub(dy, tf.div(dShift, count)),
            tf.mul(normalized, tf.div(dScale, count)),
          )
          const inputs = tf.mul(inner, tf.mul(inverseDeviation, scale as Tensor))
          return { inputs: tf.reshape(inputs, x.shape), variables: [dScale, dShift] }
        },
      }
    },
  }
}

function movingAverage(old: Tensor, now: Tensor): Tensor {
  return tf.add(tf.mul(old, STATISTICS_MOMENTUM), tf.mul(now, 1 - STATISTICS_MOMENTUM))
}

function channelVariable(role: VariableRole, channels: number, first: number): LayerVariable {
  return { name: role, role, shape: [channels], initialize: () => constant(channels, first) }
}
