import type { Report, TrialSnapshot } from '../contract/trial.ts'

/**
 * A trial's further metrics with the values of one more step, as the part of a snapshot that changes; null if there
 * are no such values.
 */
export function withFurther(
  before: TrialSnapshot['further'],
  step: number,
  values: Readonly<Record<string, number>>,
): Pick<TrialSnapshot, 'further'> | null {
  const names = Object.keys(values)
  if (names.length === 0) return null
  const further: Record<string, readonly Report[]> = { ...before }
  for (const name of names) {
    further[name] = [...(further[name] ?? []), { step, value: values[name] as number }]
  }
  return { further }
}
