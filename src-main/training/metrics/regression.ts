import { sum } from '../../math/numbers.ts'
/**
 * Measures of a regression in units of the target; definitions in `metric-definitions.ts`.
 * R2 of targets that are all equal is 1 for exact predictions and 0 otherwise.
 * @param predictions one per row
 * @param targets one per row, at least one
 * @param quantile that the predictions stand for; absent: the mean
 * @returns Rmse, Mae, R2, and QuantileLoss of a quantile
 */
export function regressionMetrics(
  predictions: Float64Array,
  targets: Float64Array,
  quantile?: number,
): Record<string, number> {
  const rows = targets.length
  const mean = sum(targets) / rows
  let squared = 0
  let absolute = 0
  let deviation = 0
  let tilted = 0
  // Not from the deviation: rounding of the mean leaves it above 0.
  const isConstant = targets.every(target => target === targets[0])
  for (const [row, target] of targets.entries()) {
    const error = (predictions[row] ?? 0) - target
    squared += error * error
    absolute += Math.abs(error)
    tilted += Math.max((quantile ?? 0) * -error, ((quantile ?? 0) - 1) * -error)
    deviation += (target - mean) ** 2
  }
  return {
    Rmse: Math.sqrt(squared / rows),
    Mae: absolute / rows,
    R2: isConstant ? (squared === 0 ? 1 : 0) : 1 - squared / deviation,
    ...(quantile === undefined ? {} : { QuantileLoss: tilted / rows }),
  }
}
