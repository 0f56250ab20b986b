/** Where numbers lie and how far they spread. */
export interface Moments {
  readonly mean: number
  /** Root of the mean squared distance from the mean; exactly 0 if the numbers are equal but for rounding. */
  readonly deviation: number
}

/** Numbers whose range is this share of their size, some fifty roundings, count as equal. */
const ROUNDING_SHARE = 1e-14

/**
 * Mean and standard deviation (divided by n) of finite numbers of any size: they are scaled by their
 * range before squaring, so that nothing overflows and nothing vanishes.
 * @param values at least one
 */
export function fitMoments(values: Float64Array): Moments {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const value of values) {
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  // Halves, because high − low may be beyond the largest number.
  const center = low / 2 + high / 2
  const reach = high / 2 - low / 2
  if (reach <= ROUNDING_SHARE * Math.max(Math.abs(low), Math.abs(high))) {
    return { mean: low, deviation: 0 }
  }
  let sum = 0
  for (const value of values) sum += (value - center) / reach
  const shift = sum / values.length
  let squares = 0
  for (const value of values) squares += ((value - center) / reach - shift) ** 2
  return { mean: center + shift * reach, deviation: reach * Math.sqrt(squares / values.length) }
}
