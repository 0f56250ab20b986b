import type { RandomStream } from '../random/random-stream.ts'
import { type FeatureTable, sortedRows } from './feature-table.ts'
import { categorySums, type ThresholdRule } from './find-split.ts'
import { growTree, type GrowthLimits } from './grow-tree.ts'
import { leafOf, type RegressionTree } from './regression-tree.ts'

/**
 * A random forest for regression: trees that differ by the rows and features they saw, and by chance
 * thresholds. Numeric features need no scaling; categories are split as sets, without dummy columns.
 *
 * Why our own: the forests on npm know numbers only and give no boxes of their leaves, which functional
 * ANOVA needs.
 *
 * - L. Breiman: Random forests. Machine Learning 45, 2001, 5–32, doi:10.1023/A:1010933404324.
 * - P. Geurts, D. Ernst, L. Wehenkel: Extremely randomized trees. Machine Learning 63, 2006, 3–42,
 *   doi:10.1007/s10994-006-6226-1 (`thresholds: random`).
 * - F. Hutter, L. Xu, H. Hoos, K. Leyton-Brown: Algorithm runtime prediction: methods & evaluation.
 *   Artificial Intelligence 206, 2014, 79–111, doi:10.1016/j.artint.2013.10.003 (section 4.3:
 *   `thresholds: between` and the variance).
 */
export interface ForestOptions extends GrowthLimits {
  readonly trees: number
  /** Each tree learns from as many rows as there are, drawn with replacement; otherwise from all. */
  readonly bootstrap: boolean
  readonly thresholds: ThresholdRule
}

export interface Forest {
  readonly trees: readonly RegressionTree[]
  /** Per tree how often it got each row; 0: it has not seen the row. */
  readonly drawn: readonly Float64Array[]
}

export interface Prediction {
  readonly mean: number
  readonly variance: number
}

/**
 * @param targets one finite number per row
 * @param random the forest is a function of it and the data
 * @param sorted rows by each feature, where the caller has them already
 */
export function fitForest(
  table: FeatureTable,
  targets: Float64Array,
  options: ForestOptions,
  random: RandomStream,
  sorted: readonly (Int32Array | null)[] = options.thresholds === 'random' ? [] : sortedRows(table),
): Forest {
  const { rowCount } = table
  if (rowCount < 1 || targets.length !== rowCount || !targets.every(Number.isFinite)) {
    throw new Error(
      `forest of ${rowCount} rows, ${targets.length} targets: must be equal, ≥ 1 and finite`,
    )
  }
  const shift = targets.reduce((sum, target) => sum + target / rowCount, 0)
  const shifted = targets.map(target => target - shift)
  const scratch = categorySums(table.features)
  const drawn: Float64Array[] = []
  const trees = Array.from({ length: options.trees }, () => {
    const weights = new Float64Array(rowCount).fill(options.bootstrap ? 0 : 1)
    for (let draw = 0; draw < rowCount && options.bootstrap; draw++) {
      const row = random.integer(rowCount)
      weights[row] = (weights[row] as number) + 1
    }
    drawn.push(weights)
    const parts = shifted.map((target, row) => (weights[row] as number) * target)
    const search = { table, targets: shifted, weights, parts, random, scratch, ...options }
    return growTree(search, sorted, shift)
  })
  return { trees, drawn }
}

/**
 * Mean over the trees, and the variance by the law of total variance: that of the trees' means and the
 * mean of the variances within their leaves (Hutter 2014, section 4.3).
 * @param point one number per feature, categories as codes
 */
export function predictForest(
  { trees }: Pick<Forest, 'trees'>,
  point: ArrayLike<number>,
): Prediction {
  let sum = 0
  let squares = 0
  let within = 0
  // Differences to the first tree's mean, so that large means do not swallow small variances.
  let origin = 0
  for (let index = 0; index < trees.length; index++) {
    const tree = trees[index] as RegressionTree
    const leaf = leafOf(tree, point)
    if (index === 0) origin = tree.mean[leaf] as number
    const difference = (tree.mean[leaf] as number) - origin
    sum += difference
    squares += difference * difference
    within += tree.variance[leaf] as number
  }
  const count = trees.length
  const mean = sum / count
  return {
    mean: origin + mean,
    variance: Math.max(squares / count - mean * mean, 0) + within / count,
  }
}
