/** The usual statistics of a generation's values. NaN in all but `count` and `missing` if no value is a number. */
export interface GenerationStatistics {
  /** Values that are numbers, and those that are NaN. */
  readonly count: number
  readonly missing: number
  readonly average: number
  /** Of the values themselves, divided by their number. */
  readonly standardDeviation: number
  readonly minimum: number
  readonly maximum: number
}

/** Statistics of the values that are numbers. */
export function generationStatistics(values: readonly number[]): GenerationStatistics {
  const known = values.filter(value => !Number.isNaN(value))
  const count = known.length
  const average = known.reduce((sum, value) => sum + value / count, 0)
  const variance = known.reduce((sum, value) => sum + (value - average) ** 2 / count, 0)
  return {
    count,
    missing: values.length - count,
    average: count === 0 ? Number.NaN : average,
    standardDeviation: count === 0 ? Number.NaN : Math.sqrt(variance),
    minimum: count === 0 ? Number.NaN : Math.min(...known),
    maximum: count === 0 ? Number.NaN : Math.max(...known),
  }
}
