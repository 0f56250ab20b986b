import { ownValue } from '../../../src-main/core/values/named-values.ts'
import type { TrialRow } from '../../../src-main/features/studies/common/rows.ts'
import type { ParameterValue } from '../../../src-main/core/trial/trial.ts'

/**
 * The usual value of a parameter in complete trials: of numbers the median, of an even count the lower of the two in the middle, since a
 * mean may be a value that the space does not have; of other values the most frequent.
 */
export function typicalValue(
  trials: readonly TrialRow[],
  name: string,
): ParameterValue | undefined {
  const values = trials.flatMap(({ state, excluded, parameters }) =>
    state === 'complete' && !excluded && Object.hasOwn(parameters, name)
      ? [ownValue(parameters, name) as ParameterValue]
      : [],
  )
  const numbers = values.filter(value => typeof value === 'number').sort((a, b) => a - b)
  if (numbers.length === values.length && numbers.length > 0) {
    return numbers[(numbers.length - 1) >> 1]
  }
  const counts = new Map<ParameterValue, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0]
}
