import { clamp, firstIndexWhere } from '../../../math/numbers.ts'
import type { BandwidthRule, DensitySettings } from './settings.ts'

/** The prior is a kernel in the middle of the unit interval, as wide as it. */
export const PRIOR_MEAN = 0.5
export const PRIOR_WIDTH = 1

/** Everything beside the means that the bandwidths of one numeric dimension depend on; see `BandwidthRule`. */
export interface BandwidthContext {
  readonly rule: BandwidthRule
  /** Observations, at least 1. */
  readonly count: number
  /** Of the density (scott). */
  readonly dimensions: number
  /** Lower limit. */
  readonly narrowest: number
}

/** @param count observations; kernels = observations + prior */
export function bandwidthContext(
  { bandwidth, narrowest: { floor, exponent } }: DensitySettings,
  count: number,
  dimensions: number,
): BandwidthContext {
  const narrowest = clamp(floor, (count + 2) ** -exponent, PRIOR_WIDTH)
  return { rule: bandwidth, count, dimensions, narrowest }
}

/**
 * Bandwidth in the unit interval of the kernel at one place, clipped.
 * @param sorted means of the observations, rising, in the first `count` elements
 * @param prior see {@link priorIndex}
 */
export function bandwidthAt(
  sorted: Float64Array,
  index: number,
  prior: number,
  context: BandwidthContext,
): number {
  const width = unclippedAt(sorted, index, prior, context)
  return width < context.narrowest ? context.narrowest : width > PRIOR_WIDTH ? PRIOR_WIDTH : width
}

/** The larger of the gaps to both neighbors; the prior and, where the rule says so, the ends are neighbors too. */
function unclippedAt(
  sorted: Float64Array,
  index: number,
  prior: number,
  { rule, count, dimensions }: BandwidthContext,
): number {
  if (rule === 'scott') return 0.2 * count ** (-1 / (dimensions + 4))
  if (rule === 'hyperopt' && count === 1) return PRIOR_WIDTH / 2
  const hasPrior = rule !== 'neighbors'
  const takesEnds = rule === 'neighborsPriorEnds' || (count === 1 && !hasPrior)
  const mean = sorted[index] as number
  let left = mean
  if (hasPrior && index === prior) left = PRIOR_MEAN
  else if (index > 0) left = sorted[index - 1] as number
  else if (takesEnds) left = 0
  let right = mean
  if (hasPrior && index === prior - 1) right = PRIOR_MEAN
  else if (index < count - 1) right = sorted[index + 1] as number
  else if (takesEnds) right = 1
  return Math.max(right - mean, mean - left)
}

/** Observations before the prior: Hyperopt puts it before equal ones, Optuna behind them. */
export function priorIndex(sorted: Float64Array, count: number, rule: BandwidthRule): number {
  return firstIndexWhere(count, index => {
    const mean = sorted[index] as number
    return mean > PRIOR_MEAN || (mean === PRIOR_MEAN && rule === 'hyperopt')
  })
}
