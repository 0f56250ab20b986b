import type { TrialSnapshot } from '../../../core/trial/trial.ts'
import { normalQuantile } from '../../../math/distributions/normal.ts'
import { clamp } from '../../../math/numbers.ts'
import { nonDominatedRanks } from '../../../math/pareto/non-dominated-sort.ts'
import { constraintViolation } from '../../ranking.ts'

/** Whether a trial tells the model something. */
export function isInformative({ state }: Pick<TrialSnapshot, 'state'>): boolean {
  return state === 'complete' || state === 'pruned'
}

/**
 * The values of informative trials for one goal, smaller is better, all finite. +∞ counts as the worst and −∞
 * as the best finite value, NaN as the worst. A pruned trial was stopped because it was not good, whatever
 * it had reported: it counts as no better than the median of the complete ones; with several goals, of which it has only the
 * first, as the worst in all of them (the rule of `goalLosses`). The value of one that lost a race is an estimate of the whole, and counts as it is.
 */
export function lossesOf(
  trials: readonly Pick<TrialSnapshot, 'state' | 'values' | 'isEstimate'>[],
  goal: number,
  minimize: boolean,
  isOnlyGoal = true,
): Float64Array {
  const losses = finiteValues(trials, ({ values }) => {
    const value = values[goal] ?? Number.NaN
    return minimize ? value : -value
  })
  const complete = losses.filter((_, i) => trials[i]?.state === 'complete').sort()
  const best = isOnlyGoal
    ? complete[complete.length >> 1]
    : losses.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  const floor = best ?? Number.NEGATIVE_INFINITY
  return losses.map((loss, i) => {
    const trial = trials[i]
    return trial?.state === 'pruned' && trial.isEstimate !== true ? Math.max(loss, floor) : loss
  })
}

/** The values of one constraint, all finite; NaN and missing ones count as the worst. */
export function constraintValuesOf(
  trials: readonly TrialSnapshot[],
  constraint: number,
): Float64Array {
  return finiteValues(trials, ({ constraints }) => constraints?.[constraint] ?? Number.NaN)
}

/** 0 if no value is finite. */
function finiteValues<Trial>(
  trials: readonly Trial[],
  valueOf: (trial: Trial) => number,
): Float64Array {
  const values = Float64Array.from(trials, trial => {
    const value = valueOf(trial)
    return Number.isNaN(value) ? Number.POSITIVE_INFINITY : value
  })
  const finite = values.filter(Number.isFinite)
  if (finite.length === 0) return values.fill(0)
  const best = finite.reduce((a, b) => Math.min(a, b))
  const worst = finite.reduce((a, b) => Math.max(a, b))
  return values.map(value => clamp(value, best, worst))
}

/** How values were moved and stretched: standardized = (value − mean)/deviation. */
export interface Standardization {
  readonly values: Float64Array
  readonly mean: number
  /** 1 if all values are equal. */
  readonly deviation: number
}

/** Mean 0 and variance 1; all 0 if the values are equal. */
export function standardize(values: Float64Array): Standardization {
  const n = values.length
  const largest = values.reduce((a, b) => Math.max(a, Math.abs(b)), 0)
  // Shares of the largest, because sums and squares of huge values are not finite.
  const scale = largest > 0 ? largest : 1
  const mean = values.reduce((sum, value) => sum + value / scale, 0) / n
  const variance = values.reduce((sum, value) => sum + (value / scale - mean) ** 2, 0) / n
  const deviation = variance > 1e-24 ? Math.sqrt(variance) : 1 / scale
  const standardized = values.map(value =>
    variance > 1e-24 ? (value / scale - mean) / deviation : 0,
  )
  return { values: standardized, mean: mean * scale, deviation: deviation * scale }
}

/**
 * Losses whose worse half is replaced by what a normal distribution would have at their ranks: mirrors the spread
 * of the better half, which stays as it is. How bad a bad point is says little about the good ones, and single huge
 * losses would flatten everything else. After X. Song and others: The Vizier Gaussian process bandit algorithm.
 * 2024, arXiv:2408.11527 (half-rank warping).
 * @param mayWiden whether that is done too where the worse half is spread less than the better one
 */
export function tameWorseHalf(losses: Float64Array, mayWiden: boolean): Float64Array {
  const n = losses.length
  const sorted = losses.slice().sort()
  const at = (position: number): number => sorted[position] as number
  const median = n % 2 === 1 ? at((n - 1) / 2) : at(n / 2 - 1) / 2 + at(n / 2) / 2
  // Shares of the largest distance, because squares of huge ones are not finite.
  const reach = median - at(0)
  if (!(reach > 0) || !Number.isFinite(reach)) return losses
  const deviationOf = (half: Float64Array): number => {
    const squares = half.reduce((sum, loss) => sum + ((loss - median) / reach) ** 2, 0)
    return reach * Math.sqrt(squares / half.length)
  }
  const deviation = deviationOf(losses.filter(loss => loss <= median))
  if (!mayWiden && deviationOf(losses.filter(loss => loss >= median)) <= deviation) return losses
  return losses.map(loss => {
    if (loss <= median) return loss
    const rank = sorted.indexOf(loss)
    return median + deviation * normalQuantile((rank + 0.5) / n)
  })
}

/**
 * The loss of which {@link tameWorseHalf} would make `value`: between two trials on the line through them, beyond all
 * of them as far beyond.
 */
export function untamed(value: number, tamed: Float64Array, losses: Float64Array): number {
  const order = [...tamed.keys()].sort((a, b) => (tamed[a] as number) - (tamed[b] as number))
  const above = order.findIndex(index => (tamed[index] as number) >= value)
  const [low, high] = [order[above - 1], order[above]]
  if (low === undefined || high === undefined) {
    const end = order.at(high === undefined ? -1 : 0) as number
    return value + (losses[end] as number) - (tamed[end] as number)
  }
  const share =
    (value - (tamed[low] as number)) / ((tamed[high] as number) - (tamed[low] as number))
  return (losses[low] as number) + share * ((losses[high] as number) - (losses[low] as number))
}

/**
 * The order in which trials are worth modeling: feasible before infeasible, then by non-dominated rank (with one
 * goal: by loss), then the newer.
 * @param losses of every goal
 */
export function byMerit(
  trials: readonly TrialSnapshot[],
  losses: readonly Float64Array[],
): number[] {
  const points = trials.map((_, i) => losses.map(goalLosses => goalLosses[i] as number))
  const ranks = nonDominatedRanks(points, trials.map(constraintViolation))
  return [...trials.keys()].sort((a, b) => (ranks[a] as number) - (ranks[b] as number) || b - a)
}
