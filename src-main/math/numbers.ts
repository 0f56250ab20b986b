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

export function squaredNorm(vector: ArrayLike<number>): number {
  let total = 0
  for (let index = 0; index < vector.length; index++) {
    const value = vector[index] as number
    total += value * value
  }
  return total
}

/** target += factor · vector */
export function addScaled(target: Float64Array, vector: Float64Array, factor: number): void {
  for (let index = 0; index < target.length; index++) {
    target[index] = (target[index] as number) + factor * (vector[index] as number)
  }
}

/** NaN of nothing. */
export function mean(values: ArrayLike<number>): number {
  return sum(values) / values.length
}

/** Place, from `offset` on, of the largest of so many values; the lowest among equals. */
export function indexOfLargest(
  values: ArrayLike<number>,
  offset = 0,
  count = values.length - offset,
): number {
  let best = 0
  for (let index = 1; index < count; index++) {
    if ((values[offset + index] as number) > (values[offset + best] as number)) best = index
  }
  return best
}

/** Rounded to so many significant digits, 1 … 100. */
export function roundTo(value: number, digits: number): number {
  return Number(value.toPrecision(digits))
}

/** The first index below `count`, by bisection, from which on `holds` is true; `count` where it never is. */
export function firstIndexWhere(count: number, holds: (index: number) => boolean): number {
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >>> 1
    if (holds(middle)) high = middle
    else low = middle + 1
  }
  return low
}

/** A longer array that begins with the same numbers; 0 behind them. */
export function enlarged<Kind extends Uint8Array | Int32Array | Uint32Array | Float64Array>(
  numbers: Kind,
  length: number,
): Kind {
  const larger = new (numbers.constructor as new (length: number) => Kind)(length)
  larger.set(numbers)
  return larger
}

/**
 * The smallest probability that a loss is computed of: 0 would be an infinite loss for one row. That of scikit-learn's `log_loss`, the
 * difference between 1 and the next float64.
 */
export const SMALLEST_PROBABILITY = Number.EPSILON
