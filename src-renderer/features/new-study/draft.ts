import { parse } from 'yaml'
import { isObject } from '../../../src-main/contract/json.ts'

/** A study file as the form edits it: what the file holds, known keys or not, so that nothing is lost. */
export type Draft = Readonly<Record<string, unknown>>

/** The study that a new form starts with. */
export const firstDraft: Draft = {
  name: 'my-study',
  objective: { task: 'image', data: { source: 'mnist', train: 10_000, validation: 2_000 } },
  goals: [{ metric: 'validationAccuracy', direction: 'maximize' }],
  space: {},
  sampler: { name: 'auto' },
  pruner: { name: 'median' },
  stop: { trials: 30 },
  slots: 2,
  seed: 1,
}

/** What a YAML text says; null while it is no mapping that can be read. */
export function draftFromYaml(text: string): Draft | null {
  try {
    const draft: unknown = parse(text, { merge: true })
    return isObject(draft) ? draft : null
  } catch {
    return null
  }
}
