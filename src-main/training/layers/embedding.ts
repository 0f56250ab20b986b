import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { runKernel } from '../ops/run-kernel.ts'
import { normal } from './initializers.ts'
import type { Layer, LayerVariable } from './layer.ts'

export interface EmbeddingOptions {
  readonly steps: number
  readonly tokens: number
  readonly dimensions: number
}

/**
 * The row of a table for each token: [batch, steps] → [batch, steps, dimensions]. Tokens arrive as float32
 * whole numbers (exact up to 2²⁴) from 0 to tokens − 1, because that is what batches are made of; numbers
 * outside are an error of the data, and what happens then depends on the engine.
 */
export function createEmbedding({ steps, tokens, dimensions }: EmbeddingOptions): Layer {
  const size = tokens * dimensions
  const table: LayerVariable = {
    name: 'weight',
    role: 'weight',
    shape: [tokens, dimensions],
    initialize: random => normal(size, Math.sqrt(1 / dimensions), random),
  }

  function lookUp(x: Tensor, [rows]: readonly Tensor[]): { indices: Tensor; outputs: Tensor } {
    const indices = tf.cast(x, 'int32')
    const attributes = { axis: 0, batchDims: 0 }
    return { indices, outputs: runKernel('GatherV2', { x: rows as Tensor, indices }, attributes) }
  }

  return {
    kind: 'embedding',
    outputShape: [steps, dimensions],
    variables: [table],
    infer: (x, variables) => lookUp(x, variables).outputs,
    train(x, variables) {
      const { indices, outputs } = lookUp(x, variables)
      return {
        outputs,
        backward(gradient) {
          // Rows of the same token add up.
          const rows = tf.reshape(gradient, [-1, dimensions])
          const segmentIds = tf.reshape(indices, [-1])
          const sums = { x: rows, segmentIds }
          return {
            inputs: null,
            variables: [runKernel('UnsortedSegmentSum', sums, { numSegments: tokens })],
          }
        },
      }
    },
  }
}
