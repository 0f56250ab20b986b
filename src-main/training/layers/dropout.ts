import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { statelessUniform } from '../ops/stateless-uniform.ts'
import type { DropoutFeeds, Layer } from './layer.ts'

/**
 * Inverted dropout: in training each value is kept with probability `keep` and divided by it; in
 * inference nothing happens. Srivastava et al.: Dropout. JMLR 15, 2014.
 *
 * The mask is floor(u + keep) / keep with u from a counter-based stream: it differs from step to step
 * and repeats exactly when a step is repeated. `keep` is a feed, so the rate makes no new compiled function.
 */
export function createDropout(inputShape: readonly number[]): Layer {
  return {
    kind: 'dropout',
    outputShape: inputShape,
    variables: [],
    dropouts: 1,
    infer: x => x,
    train(x, _variables, dropout) {
      const mask = dropoutMask(x.shape, dropout?.[0] as DropoutFeeds)
      return {
        outputs: tf.mul(x, mask),
        backward: (gradient, wantInputs) => ({
          inputs: wantInputs ? tf.mul(gradient, mask) : null,
          variables: [],
        }),
      }
    },
  }
}

/** 1 / keep where a value stays, 0 where it is dropped. */
function dropoutMask(shape: readonly number[], { keep, seed }: DropoutFeeds): Tensor {
  return tf.div(tf.floor(tf.add(statelessUniform(shape, seed), keep)), keep)
}
