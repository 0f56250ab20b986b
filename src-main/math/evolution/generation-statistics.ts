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
  const numbers = values.filter(value => !Number.isNaN(value))
  const count = numbers.length
  const average = numbers.reduce((sum, value) => sum + value / count, 0)
  const variance = numbers.reduce((sum, value) => sum + (value - average) ** 2 / count, 0)
  return {
    count,
    missing: values.length - count,
    average: count === 0 ? Number.NaN : average,
    standardDeviation: count === 0 ? Number.NaN : Math.sqrt(variance),
    minimum: count === 0 ? Number.NaN : Math.min(...numbers),
    maximum: count === 0 ? Number.NaN : Math.max(...numbers),
  }
}
