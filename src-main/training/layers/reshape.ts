import * as tf from '@tensorflow/tfjs-core'
import type { Layer } from './layer.ts'

/** The same numbers in another shape; `flatten` is the case of one dimension. */
export function createReshape(kind: 'flatten' | 'reshape', outputShape: readonly number[]): Layer {
  return {
    kind,
    outputShape,
    variables: [],
    infer: x => tf.reshape(x, [-1, ...outputShape]),
    train: x => ({
      outputs: tf.reshape(x, [-1, ...outputShape]),
      backward: (gradient, wantInputs) => ({
        inputs: wantInputs ? tf.reshape(gradient, x.shape) : null,
        variables: [],
      }),
    }),
  }
}
