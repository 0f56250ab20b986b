import type { ParameterSpecification } from '../core/study/space-specification.ts'
import type { ParameterValue } from '../core/trial/trial.ts'

/** A positive column that spans more than this factor is searched on a logarithmic scale. */
const LOG_RATIO = 100
/** The same where the name of the parameter says that its size is what counts. */
const LOG_RATIO_BY_NAME = 5

/**
 * What a parameter may be, by the values that it had.
 * @param values at least one
 * @param isLogByName whether parameters of this name usually are searched on a logarithmic scale
 */
export function rangeOfValues(
  values: readonly ParameterValue[],
  isLogByName = false,
): ParameterSpecification {
  const numbers = values.filter(value => typeof value === 'number')
  if (numbers.length < values.length) return { choice: [...new Set(values)] }
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of numbers) [low, high] = [Math.min(low, value), Math.max(high, value)]
  const ratio = isLogByName ? LOG_RATIO_BY_NAME : LOG_RATIO
  const log = low > 0 && high / low > ratio ? { log: true } : {}
  return numbers.every(value => Number.isSafeInteger(value))
    ? { int: [low, high], ...log }
    : { float: [low, high], ...log }
}
