import { ownValue } from '../values/named-values.ts'
import { isObject } from '../values/json.ts'
import type { Problem } from '../errors/problem.ts'
import { studyKeyEntries } from './study-keys.ts'

/**
 * Rules of the study file beyond its schema: those of each key; on raw input, like `space-rules.ts`. Those that depend on its sampler, pruner
 * and stop rules are in `search/study-rules.ts`.
 * @returns every broken rule
 */
export function checkSpecificationRules(raw: unknown): Problem[] {
  if (!isObject(raw)) return []
  return studyKeyEntries.flatMap(([name, { rules }]) => rules?.(ownValue(raw, name), raw) ?? [])
}
