export const hyperFields = ['rates', 'momentum', 'decay', 'head'] as const
type HyperField = (typeof hyperFields)[number]

/** Something for each kind of hyperparameter of an inner run. */
export type ByField<Value> = Readonly<Record<HyperField, Value>>

/** All hyperparameters of an inner run, or derivatives by them, as plain arrays. */
export interface HyperValues extends ByField<Float32Array> {
  /** [steps · groups]: step after step, one learning rate per layer with weights. */
  readonly rates: Float32Array
  /** [1] */
  readonly momentum: Float32Array
  /** [decayCount] */
  readonly decay: Float32Array
  /** Label smoothing, input noise, one weight per class. */
  readonly head: Float32Array
}

/** In the order of the fields, as compiled functions are fed with them and give them back. */
export function listFields<Value>(values: ByField<Value>): Value[] {
  return hyperFields.map(field => values[field])
}

/** The other way round, from a list that begins with them. */
export function nameFields<Value>(list: readonly Value[]): ByField<Value> {
  const entries = hyperFields.map((field, at) => [field, list[at]])
  return Object.fromEntries(entries) as ByField<Value>
}

/** values + factor · direction */
export function moved(values: HyperValues, direction: HyperValues, factor: number): HyperValues {
  const arrays = hyperFields.map(field =>
    values[field].map((value, at) => value + factor * (direction[field][at] as number)),
  )
  return nameFields(arrays)
}
