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
  return quantileSorted(sorted(values), 0.5)
}

/** For each value the median of the others, as {@link median} has it; NaN where there are none. */
export function mediansWithoutEach(values: readonly number[]): number[] {
  const order = values.map((_, index) => index)
  const inOrder = sorted(values)
  // The same comparison as of the sorted values: equal ones may take any place among them.
  order.sort((a, b) => (values[a] as number) - (values[b] as number))
  const position = (values.length - 2) / 2
  const below = Math.floor(position)
  const medians = new Array<number>(values.length).fill(Number.NaN)
  if (values.length < 2) return medians
  order.forEach((index, place) => {
    const at = (rest: number): number => inOrder[rest >= place ? rest + 1 : rest] as number
    const low = at(below)
    medians[index] = position === below ? low : low + (at(below + 1) - low) * (position - below)
  })
  return medians
}

/** As numbers, which typed arrays do many times faster than a function. */
function sorted(values: readonly number[]): Float64Array {
  return new Float64Array(values).sort()
}
