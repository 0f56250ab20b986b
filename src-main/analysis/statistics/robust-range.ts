import type { Goal } from '../../core/study/study-specification.ts'
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

/** The scale that an automatic axis has shown so far. */
export interface ShownScale {
  readonly scale: 'linear' | 'log'
  /** It stays as long as the values allow it. */
  readonly held: boolean
}

const ORDERS = 1e2
/** An axis that has shown a scale before keeps it while the largest value is between so many times the smallest one. */
const KEPT_ORDERS = { linear: 1e3, log: 1e1 } as const
/** Interquartile ranges that a value may lie outside the middle half; of logarithms, never more. */
const FENCE = 6
/** Fewer values than this have no outliers; fewer than {@link MANY} are judged by their median, which one wild value cannot move. */
const FEW = 4
const MANY = 8

/**
 * A range that one wild trial cannot spoil. The better side is never cut. Values that are not
 * finite are passed over; null if none remains.
 *
 * @param options `fence`: a value further than this many interquartile ranges on the worse side is left out;
 *   `log`: whether the axis is logarithmic, which only positive values allow; default where they deserve it; `shown`: what an
 *   automatic one has shown so far, which it does not change lightly
 */
export function robustRange(
  values: readonly number[],
  direction: Goal['direction'],
  {
    fence = FENCE,
    log = 'auto',
    shown,
  }: {
    readonly fence?: number
    readonly log?: boolean | 'auto'
    readonly shown?: ShownScale | undefined
  } = {},
): RobustRange | null {
  // Typed arrays sort numbers several times faster.
  const sorted = Float64Array.from(values).filter(Number.isFinite).sort()
  const low = sorted[0]
  if (low === undefined) return null
  if (log !== false && low > 0) {
    // Orders of magnitude that one value makes are no reason for a logarithmic axis.
    const { low: least, high: most } = within(
      sorted.map(Math.log),
      direction,
      Math.min(fence, FENCE),
    )
    const range = { low: sorted[least] as number, high: sorted[most] as number }
    if (log === true || deservesLog(range.high / range.low, shown))
      return { ...range, log: true, outside: cut(sorted, least, most) }
  }
  const { low: least, high: most } = within(sorted, direction, fence)
  return {
    low: sorted[least] as number,
    high: sorted[most] as number,
    log: false,
    outside: cut(sorted, least, most),
  }
}

function deservesLog(ratio: number, shown: ShownScale | undefined): boolean {
  if (shown === undefined) return ratio >= ORDERS
  return shown.held ? shown.scale === 'log' : ratio >= KEPT_ORDERS[shown.scale]
}

function cut(sorted: Float64Array, least: number, most: number): number {
  return sorted.length - 1 - (most - least)
}

/** Places of the first and the last value that lie inside the fence. */
function within(sorted: Float64Array, direction: Goal['direction'], fence: number): Extent {
  const [first, last] = [0, sorted.length - 1]
  if (sorted.length < FEW) return { low: first, high: last }
  const [from, to, spread] = middleOf(sorted)
  const reach = fence * spread
  if (reach === 0) return { low: first, high: last }
  return direction === 'minimize'
    ? { low: first, high: sorted.findLastIndex(value => value <= to + reach) }
    : { low: sorted.findIndex(value => value >= from - reach), high: last }
}

/** Where the middle of sorted values begins and ends, and how wide they are spread. */
function middleOf(sorted: Float64Array): readonly [from: number, to: number, spread: number] {
  if (sorted.length >= MANY) {
    const [from, to] = [quantileSorted(sorted, 0.25), quantileSorted(sorted, 0.75)]
    return [from, to, to - from]
  }
  const middle = quantileSorted(sorted, 0.5)
  const distances = sorted.map(value => Math.abs(value - middle)).sort()
  // Of a normal distribution, twice the median distance is the interquartile range; of few values it is a guess, so twice that.
  return [middle, middle, 4 * quantileSorted(distances, 0.5)]
}
