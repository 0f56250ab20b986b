import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { normal } from './initializers.ts'
import type { Layer } from './layer.ts'

/** Small against the tokens' own numbers, so that what a token is counts first. */
const DEVIATION = 0.02

/**
 * Adds to every step of [batch, steps, features] what its place stands for: one learned row [features] for each place.
 * Without it, attention cannot tell the order of steps. Gehring et al.: Convolutional sequence to sequence learning.
 * ICML 2017, section 3.1.
 */
export function createPositions([steps, features]: readonly [number, number]): Layer {
  return {
    kind: 'positions',
    outputShape: [steps, features],
    variables: [
      {
        name: 'weight',
        role: 'weight',
        shape: [steps, features],
        initialize: random => normal(steps * features, DEVIATION, random),
      },
    ],
    infer: (x, [table]) => tf.add(x, table as Tensor),
    train: (x, [table]) => ({
      outputs: tf.add(x, table as Tensor),
      backward: (gradient, wantInputs) => ({
        inputs: wantInputs ? gradient : null,
        variables: [tf.sum(gradient, 0)],
      }),
    }),
  }
}
