/** The value, or the bound that it is beyond; NaN stays NaN. */
export function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high)
}

/** Added from the first to the last; 0 of nothing. */
export function sum(values: ArrayLike<number>): number {
  let total = 0
  for (let index = 0; index < values.length; index++) total += values[index] as number
  return total
}

/** NaN of nothing. */
export function mean(values: ArrayLike<number>): number {
  return sum(values) / values.length
}

/** Rounded to so many significant digits, 1 … 100. */
export function roundTo(value: number, digits: number): number {
  return Number(value.toPrecision(digits))
}

/** The first of some places, by bisection, from which on `holds` is true; their count where it never is. */
export function firstPlace(count: number, holds: (place: number) => boolean): number {
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >>> 1
    if (holds(middle)) high = middle
    else low = middle + 1
  }
  return low
}
