import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { hasKernel, runKernelMany } from './run-kernel.ts'

/** Kernel name; the same as TensorFlow's op, which has the same inputs and outputs. */
export const softmaxCrossEntropyKernel = 'SoftmaxCrossEntropyWithLogits'

export interface CrossEntropy {
  /** −Σ labels·log softmax(logits), one value per row. */
  readonly losses: Tensor
  /** Derivative of each row's loss with respect to its logits: softmax − labels, as labels sum to 1. */
  readonly gradient: Tensor
}

/**
 * Softmax cross-entropy of every row with its gradient, stable for logits of any size.
 * @param logits [batch, classes]
 * @param labels [batch, classes], rows that sum to 1
 */
export function softmaxCrossEntropy(logits: Tensor, labels: Tensor): CrossEntropy {
  if (hasKernel(softmaxCrossEntropyKernel)) {
    const [losses, gradient] = runKernelMany(softmaxCrossEntropyKernel, {
      features: logits,
      labels,
    }) as [Tensor, Tensor]
    return { losses, gradient }
  }
  const shifted = tf.sub(logits, tf.max(logits, -1, true))
  const exponentials = tf.exp(shifted)
  const sums = tf.sum(exponentials, -1, true)
  const logProbabilities = tf.sub(shifted, tf.log(sums))
  return {
    losses: tf.neg(tf.sum(tf.mul(labels, logProbabilities), -1)),
    gradient: tf.sub(tf.div(exponentials, sums), labels),
  }
}
