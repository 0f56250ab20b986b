import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { Loss } from '../models/network-definition.ts'
import { softmaxCrossEntropy } from './softmax-cross-entropy.ts'

export interface LossValues {
  /** One value per row: [batch]. */
  readonly losses: Tensor
  /** Derivative of the mean over the rows with respect to the outputs: [batch, outputs]. */
  readonly gradient: Tensor
}

/**
 * Loss of every row and the gradient of their mean.
 * @param outputs [batch, outputs]: logits or predictions
 * @param targets [batch, outputs]
 * @param classWeights [outputs], of cross-entropy: a row counts the weight of its class, or the mean of those that its
 *   label is spread over
 */
export function computeLoss(
  loss: Loss,
  outputs: Tensor,
  targets: Tensor,
  classWeights: Tensor | null = null,
): LossValues {
  const [rows, columns] = outputs.shape as [number, number]
  if (loss === 'crossEntropy') {
    const { losses, gradient } = softmaxCrossEntropy(outputs, targets)
    const mean = tf.mul(gradient, 1 / rows)
    if (classWeights === null) return { losses, gradient: mean }
    const weights = tf.sum(tf.mul(targets, classWeights), -1)
    return {
      losses: tf.mul(losses, weights),
      gradient: tf.mul(mean, tf.reshape(weights, [rows, 1])),
    }
  }
  if (loss !== 'squaredError') {
    const { quantile } = loss
    const residual = tf.sub(targets, outputs)
    const losses = tf.maximum(tf.mul(residual, quantile), tf.mul(residual, quantile - 1))
    // 1 above the target, 0 below it: by q − 1 and q the prediction moves up or down.
    const above = tf.step(tf.neg(residual))
    return {
      losses: tf.mean(losses, -1),
      gradient: tf.mul(tf.sub(above, quantile), 1 / (rows * columns)),
    }
  }
  const error = tf.sub(outputs, targets)
  return {
    losses: tf.mean(tf.square(error), -1),
    gradient: tf.mul(error, 2 / (rows * columns)),
  }
}
