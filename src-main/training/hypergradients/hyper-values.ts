/** All hyperparameters of an inner run, or derivatives by them, as plain arrays. */
export interface HyperValues {
  /** [steps · groups]: step after step, one learning rate per layer with weights. */
  readonly rates: Float32Array
  /** [1] */
  readonly momentum: Float32Array
  /** [decayCount] */
  readonly decay: Float32Array
  /** Label smoothing, input noise, one weight per class. */
  readonly head: Float32Array
}

export const hyperFields = ['rates', 'momentum', 'decay', 'head'] as const

/** Σ over all entries. */
export function innerProduct(one: HyperValues, other: HyperValues): number {
  let sum = 0
  for (const field of hyperFields) {
    one[field].forEach((value, at) => (sum += value * (other[field][at] as number)))
  }
  return sum
}

/** values + factor · direction */
export function moved(values: HyperValues, direction: HyperValues, factor: number): HyperValues {
  const field = (name: (typeof hyperFields)[number]): Float32Array =>
    values[name].map((value, at) => value + factor * (direction[name][at] as number))
  return {
    rates: field('rates'),
    momentum: field('momentum'),
    decay: field('decay'),
    head: field('head'),
  }
}
