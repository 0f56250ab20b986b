import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { CategoryTable } from '../models/network-definition.ts'
import { runKernel } from '../ops/run-kernel.ts'
import { normal } from './initializers.ts'
import type { Layer, LayerVariable } from './layer.ts'

export interface CategoryEmbeddingOptions {
  /** Inputs before the rows of the tables; they pass as they are. */
  readonly numbers: number
  /** At least one. */
  readonly tables: readonly CategoryTable[]
}

/**
 * [batch, numbers + tables] → [batch, numbers + Σ dimensions]: what stands in the table of each column for the row's
 * category. Guo, Berkhahn: Entity embeddings of categorical variables. 2016, arXiv:1604.06737.
 *
 * Rows begin as vectors of expected length 1, as one-hot rows have; row 0, for what is missing or unknown, begins as
 * zeros, as such a row is in one-hot features. Numbers outside of a table are an error of the data, and what happens
 * then depends on the engine: `models/check-indices.ts` refuses them.
 */
export function createCategoryEmbedding({ numbers, tables }: CategoryEmbeddingOptions): Layer {
  const starts = tables.map((_, column) =>
    tables.slice(0, column).reduce((sum, { dimensions }) => sum + dimensions, numbers),
  )
  const width = tables.reduce((sum, { dimensions }) => sum + dimensions, numbers)

  /** Rows of the tables, one int32 [batch] per column. */
  function indicesOf(x: Tensor): Tensor[] {
    const batch = x.shape[0]
    const codes = tf.cast(tf.slice(x, [0, numbers], [batch, tables.length]), 'int32')
    return tables.map((_, column) => tf.reshape(tf.slice(codes, [0, column], [batch, 1]), [batch]))
  }

  function lookUp(x: Tensor, indices: readonly Tensor[], variables: readonly Tensor[]): Tensor {
    const rows = indices.map((columnIndices, column) =>
      runKernel(
        'GatherV2',
        { x: variables[column] as Tensor, indices: columnIndices },
        { axis: 0, batchDims: 0 },
      ),
    )
    const batch = x.shape[0]
    const parts = numbers === 0 ? rows : [tf.slice(x, [0, 0], [batch, numbers]), ...rows]
    return parts.length === 1 ? (parts[0] as Tensor) : tf.concat(parts, 1)
  }

  return {
    kind: 'categoryEmbedding',
    outputShape: [width],
    variables: tables.map(tableVariable),
    infer: (x, variables) => lookUp(x, indicesOf(x), variables),
    train(x, variables) {
      const indices = indicesOf(x)
      return {
        outputs: lookUp(x, indices, variables),
        backward: gradient => ({
          inputs: null,
          // Rows of the same category add up.
          variables: tables.map(({ levels, dimensions }, column) => {
            const batch = gradient.shape[0]
            const columnGradient = tf.slice(
              gradient,
              [0, starts[column] as number],
              [batch, dimensions],
            )
            const sums = { x: columnGradient, segmentIds: indices[column] as Tensor }
            return runKernel('UnsortedSegmentSum', sums, { numSegments: levels })
          }),
        }),
      }
    },
  }
}

function tableVariable({ levels, dimensions }: CategoryTable, column: number): LayerVariable {
  return {
    name: `${column}.weight`,
    role: 'weight',
    shape: [levels, dimensions],
    initialize(random) {
      const values = normal(levels * dimensions, Math.sqrt(1 / dimensions), random)
      return values.fill(0, 0, dimensions)
    },
  }
}
