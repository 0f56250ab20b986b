import { mean } from '../../math/numbers.ts'
/** Mean and standard deviation (of the values themselves, divided by their number); NaN for none. */
export function meanAndDeviation(values: readonly number[]): { mean: number; deviation: number } {
  const center = mean(values)
  const squares = values.reduce((sum, value) => sum + (value - center) ** 2, 0)
  return { mean: center, deviation: Math.sqrt(squares / values.length) }
}
