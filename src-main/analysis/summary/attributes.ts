import type { Attribute } from '../../core/questions/analysis.ts'
import { isObject } from '../../core/values/json.ts'
import type { TrialRecord } from '../../core/trial/trial.ts'

/** A text that is longer, or one of more different ones, tells trials apart but groups none. */
const MAX_LENGTH = 60
const MAX_TEXTS = 30

/** Attributes of trials that a chart can show, by name. */
export function attributesOf(
  trials: readonly Pick<TrialRecord, 'number' | 'provenance'>[],
): Attribute[] {
  const valuesByName = new Map<string, { number: number; value: number | string | boolean }[]>()
  for (const { number, provenance } of trials) {
    const noted = provenance.detail?.['userAttributes']
    for (const [name, value] of Object.entries(isObject(noted) ? noted : {})) {
      if (typeof value !== 'number' && typeof value !== 'string' && typeof value !== 'boolean')
        continue
      const values = valuesByName.get(name) ?? []
      values.push({ number, value })
      valuesByName.set(name, values)
    }
  }
  return [...valuesByName]
    .sort(([first], [second]) => (first < second ? -1 : 1))
    .flatMap(([name, values]): Attribute[] => {
      const numbers = values.filter(
        (entry): entry is { number: number; value: number } => typeof entry.value === 'number',
      )
      if (numbers.length === values.length) return [{ name, values: numbers }]
      const texts = values.map(({ number, value }) => ({ number, value: String(value) }))
      const different = new Set(texts.map(({ value }) => value))
      const groups =
        different.size <= MAX_TEXTS && [...different].every(({ length }) => length <= MAX_LENGTH)
      return groups ? [{ name, values: texts }] : []
    })
}
