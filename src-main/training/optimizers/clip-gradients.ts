import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'

/**
 * Shrinks all gradients by one factor so that their common Euclidean norm is at most the limit; shorter ones
 * stay as they are, bit for bit. Pascanu, Mikolov, Bengio: On the difficulty of training recurrent neural
 * networks. ICML 2013, arXiv:1211.5063, algorithm 1. A gradient that is not finite stays so.
 * @param limit > 0, a tensor of one number: a feed, never a constant
 */
export function clipByGlobalNorm(gradients: readonly Tensor[], limit: Tensor): Tensor[] {
  const norm = tf.sqrt(tf.addN(gradients.map(gradient => tf.sum(tf.square(gradient)))))
  // Also right for a limit of ∞.
  const factor = tf.div(1, tf.maximum(tf.div(norm, limit), 1))
  return gradients.map(gradient => tf.mul(gradient, factor))
}
