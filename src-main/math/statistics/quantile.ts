/**
 * The `share` quantile (0…1) of numbers sorted from low to high, linearly interpolated between
 * neighbors (type 7 of Hyndman and Fan, "Sample Quantiles in Statistical Packages", The American
 * Statistician 50(4), 1996); NaN for an empty list.
 */
export function quantileSorted(sorted: ArrayLike<number>, share: number): number {
  const position = (sorted.length - 1) * share
  const below = Math.floor(position)
  const low = sorted[below] ?? Number.NaN
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? low
  const weight = position - below
  return weight === 0 ? low : low + (high - low) * weight
}

/** The median; NaN for an empty list. NaN values are not allowed. */
export function median(values: readonly number[]): number {
  return quantileSorted(
    values.toSorted((a, b) => a - b),
    0.5,
  )
}
