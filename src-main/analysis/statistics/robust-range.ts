import type { Goal } from '../../contract/study-specification.ts'
import { quantileSorted } from '../../math/statistics/quantile.ts'

export interface Extent {
  readonly low: number
  readonly high: number
}

/** Which values an axis should cover, and how. */
export interface RobustRange extends Extent {
  /** The values are positive and span so many orders that a logarithmic axis serves better. */
  readonly log: boolean
  /** How many values lie outside `low…high`, always on the worse side. */
  readonly outside: number
}

/** The smallest and the largest finite value; null without any. */
export function extentOf(values: Iterable<number>): Extent | null {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const value of values) {
    if (!Number.isFinite(value)) continue
    if (value < low) low = value
    if (value > high) high = value
  }
  return low > high ? null : { low, high }
}

const ORDERS = 1e2

/**
 * A range that one wild trial cannot spoil. The better side is never cut. Values that are not
 * finite are passed over; null if none remains.
 *
 * @param options `fence`: a value further than this many interquartile ranges on the worse side is left out;
 *   `mayBeLog`: false where the axis is linear in any case
 */
export function robustRange(
  values: readonly number[],
  direction: Goal['direction'],
  { fence = 6, mayBeLog = true } = {},
): RobustRange | null {
  // Typed arrays sort numbers several times faster.
  const sorted = Float64Array.from(values).filter(Number.isFinite).sort()
  const low = sorted[0]
  const high = sorted.at(-1)
  if (low === undefined || high === undefined) return null
  if (mayBeLog && low > 0 && high / low >= ORDERS) return { low, high, log: true, outside: 0 }
  const lowerQuartile = quantileSorted(sorted, 0.25)
  const upperQuartile = quantileSorted(sorted, 0.75)
  const reach = fence * (upperQuartile - lowerQuartile)
  if (sorted.length < 8 || reach === 0) return { low, high, log: false, outside: 0 }
  const inside = sorted.filter(value =>
    direction === 'minimize' ? value <= upperQuartile + reach : value >= lowerQuartile - reach,
  )
  return {
    low: inside[0] ?? low,
    high: inside.at(-1) ?? high,
    log: false,
    outside: sorted.length - inside.length,
  }
}
