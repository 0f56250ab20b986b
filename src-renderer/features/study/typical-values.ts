import { ownValue } from '../../../src-main/core/values/named-values.ts'
import type { TrialRow } from '../../../src-main/features/studies/common/rows.ts'
import type { ParameterValue } from '../../../src-main/core/trial/trial.ts'

/** The usual value of a parameter in complete trials: the median of numbers, the most frequent of other values. */
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
    const middle = numbers.length >> 1
    const high = numbers[middle] as number
    return numbers.length % 2 === 1 ? high : ((numbers[middle - 1] as number) + high) / 2
  }
  const counts = new Map<ParameterValue, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0]
}
