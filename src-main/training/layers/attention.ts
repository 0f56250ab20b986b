import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { matrixProduct } from '../ops/matrix-product.ts'
import { glorotUniform } from './initializers.ts'
import type { Layer, LayerVariable } from './layer.ts'

export interface AttentionOptions {
  readonly steps: number
  readonly features: number
  readonly heads: number
  /** Numbers of a query, a key or a value of one head. */
  readonly headWidth: number
}

/** Added to scores of padding: what e to the power of it is, float32 rounds to 0. */
const FAR_BELOW = 1e9

/**
 * Self-attention with several heads over [batch, steps, features]. With q, k, v = x·W, split in three and then by
 * heads, each step becomes softmax(q·kᵀ / √headWidth)·v over all steps but those of padding; the heads side by side,
 * times a matrix, have the width of the inputs again. Vaswani et al.: Attention is all you need. NIPS 2017,
 * arXiv:1706.03762, section 3.2.
 *
 * There are no biases: one of the keys would change nothing, and its gradient would be rounding noise, which optimizers
 * like Adam make full steps of. Time and memory grow with the square of the steps.
 */
export function createAttention(options: AttentionOptions): Layer {
  const { steps, features, heads, headWidth } = options
  const width = heads * headWidth
  const scale = 1 / Math.sqrt(headWidth)

  /** [batch · steps, width] → [batch · heads, steps, headWidth] */
  function toHeads(rows: Tensor): Tensor {
    const split = tf.reshape(rows, [-1, steps, heads, headWidth])
    return tf.reshape(tf.transpose(split, [0, 2, 1, 3]), [-1, steps, headWidth])
  }

  /** The other way round. */
  function fromHeads(each: Tensor): Tensor {
    const split = tf.reshape(each, [-1, heads, steps, headWidth])
    return tf.reshape(tf.transpose(split, [0, 2, 1, 3]), [-1, width])
  }

  /** Scores [batch · heads, steps, steps]; padding is far below all others. */
  function masked(scores: Tensor, mask: Tensor | null): Tensor {
    if (mask === null) return scores
    const offset = tf.mul(tf.sub(tf.reshape(mask, [-1, 1, 1, steps]), 1), FAR_BELOW)
    const split = tf.reshape(scores, [-1, heads, steps, steps])
    return tf.reshape(tf.add(split, offset), [-1, steps, steps])
  }

  function run(x: Tensor, values: readonly Tensor[], mask: Tensor | null) {
    const [weight, outputWeight] = values as [Tensor, Tensor]
    const rows = tf.reshape(x, [-1, features])
    const projected = tf.split(matrixProduct(rows, weight), 3, -1)
    const [query, key, value] = projected.map(toHeads) as [Tensor, Tensor, Tensor]
    const scaled = tf.mul(query, scale)
    const shares = tf.softmax(masked(matrixProduct(scaled, key, false, true), mask))
    const attended = matrixProduct(shares, value)
    const joined = fromHeads(attended)
    const outputs = tf.reshape(matrixProduct(joined, outputWeight), x.shape)
    return { rows, scaled, key, value, shares, attended, joined, outputs }
  }

  return {
    kind: 'attention',
    outputShape: [steps, features],
    variables: attentionVariables(features, width),
    infer: (x, values, mask = null) => run(x, values, mask).outputs,
    train(x, values, _dropout, mask = null) {
      const pass = run(x, values, mask)
      return {
        outputs: pass.outputs,
        backward(gradient, wantInputs) {
          const { rows, scaled, key, value, shares, attended, joined } = pass
          const [weight, outputWeight] = values as [Tensor, Tensor]
          const dRows = tf.reshape(gradient, [-1, features])
          const dAttended = toHeads(matrixProduct(dRows, outputWeight, false, true))
          const dShares = matrixProduct(dAttended, value, false, true)
          // Softmax: s·(ds − Σ s·ds); the sum is that of what comes out of the values times its gradient.
          const along = tf.sum(tf.mul(dAttended, attended), -1, true)
          const dScores = tf.mul(shares, tf.sub(dShares, along))
          const parts = [
            tf.mul(matrixProduct(dScores, key), scale),
            matrixProduct(dScores, scaled, true, false),
            matrixProduct(shares, dAttended, true, false),
          ]
          const dProjected = tf.concat(parts.map(fromHeads), -1)
          return {
            inputs: wantInputs
              ? tf.reshape(matrixProduct(dProjected, weight, false, true), x.shape)
              : null,
            variables: [
              matrixProduct(rows, dProjected, true, false),
              matrixProduct(joined, dRows, true, false),
            ],
          }
        },
      }
    },
  }
}

/** Queries, keys and values side by side, each with its heads side by side; then the matrix behind the heads. */
function attentionVariables(features: number, width: number): LayerVariable[] {
  return [
    {
      name: 'weight',
      role: 'weight',
      shape: [features, 3 * width],
      // Three matrices: each gives `width` numbers.
      initialize: random => glorotUniform(features * 3 * width, features, width, random),
    },
    {
      name: 'outputWeight',
      role: 'weight',
      shape: [width, features],
      initialize: random => glorotUniform(width * features, width, features, random),
    },
  ]
}
