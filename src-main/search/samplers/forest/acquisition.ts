import { logNormalCdf } from '../../../math/distributions/normal.ts'
import type { Feature } from '../../../math/forest/feature-table.ts'
import {
  fitForest,
  type Forest,
  type ForestOptions,
  predictForest,
  type Prediction,
} from '../../../math/forest/forest.ts'
import { logImprovement } from '../../../math/gaussian-process/log-expected-improvement.ts'
import type { RandomStream } from '../../../math/random/random-stream.ts'

/** The forests' predictions for a row. */
export interface ForestModel {
  /** Log expected improvement over the best predicted cost, plus the log probability that all constraints hold. */
  readonly acquisition: (row: Float64Array) => number
  cost(row: Float64Array): Prediction
  /** Probability that all constraints hold; 1 without constraints. */
  feasibility(row: Float64Array): number
}

/** Its square is added to variances, so that no deviation is 0; costs differ by about 1. */
const SMALLEST_DEVIATION = 1e-5

/** @see forest.ts for the reasons */
function surrogateOptions(trees: number, features: number): ForestOptions {
  return {
    trees,
    bootstrap: false,
    thresholds: 'random',
    minSplitRows: 3,
    minLeafRows: 1,
    maxDepth: Number.POSITIVE_INFINITY,
    featuresPerSplit: Math.ceil(features / 2),
  }
}

/**
 * @param rows of trials with a value
 * @param costs one per row
 * @param constraints per constraint one finite value per row, ≤ 0 where it holds
 * @param running rows of running trials: they count with what the forests, fitted without them, predict
 */
export function fitModel(
  features: readonly Feature[],
  rows: readonly Float64Array[],
  costs: Float64Array,
  constraints: readonly Float64Array[],
  running: readonly Float64Array[],
  trees: number,
  random: RandomStream,
): ForestModel {
  const options = surrogateOptions(trees, features.length)
  const fit = (points: readonly Float64Array[], targets: Float64Array): Forest => {
    const columns = features.map((_, d) => Float64Array.from(points, row => row[d] as number))
    return fitForest({ features, rowCount: points.length, columns }, targets, options, random)
  }
  const everyRow = [...rows, ...running]
  const withRunning = (targets: Float64Array): Float64Array => {
    if (running.length === 0) return targets
    const forest = fit(rows, targets)
    return Float64Array.from([...targets, ...running.map(row => predictForest(forest, row).mean)])
  }
  const limits = constraints.map(withRunning)
  const costForest = fit(everyRow, withRunning(costs))
  const constraintForests = limits.map(values => fit(everyRow, values))

  const logFeasibility = (row: Float64Array): number => {
    let sum = 0
    for (const forest of constraintForests) {
      const { mean, variance } = predictForest(forest, row)
      sum += logNormalCdf(-mean / Math.sqrt(variance + SMALLEST_DEVIATION ** 2))
    }
    return sum
  }
  const incumbent = lowestPredicted()

  /** The best predicted mean among the rows that keep the constraints; null if there are none. */
  function lowestPredicted(): number | null {
    let lowest: number | null = null
    everyRow.forEach((row, index) => {
      if (!limits.every(values => (values[index] as number) <= 0)) return
      const { mean } = predictForest(costForest, row)
      lowest = lowest === null ? mean : Math.min(lowest, mean)
    })
    return lowest
  }

  return {
    acquisition: row => {
      const feasibility = constraintForests.length > 0 ? logFeasibility(row) : 0
      // Nothing feasible yet: find something that is.
      if (incumbent === null) return feasibility
      const { mean, variance } = predictForest(costForest, row)
      const deviation = Math.sqrt(variance + SMALLEST_DEVIATION ** 2)
      return Math.log(deviation) + logImprovement((incumbent - mean) / deviation) + feasibility
    },
    cost: row => predictForest(costForest, row),
    feasibility: row => Math.exp(logFeasibility(row)),
  }
}
