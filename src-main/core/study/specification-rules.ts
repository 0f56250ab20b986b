import { isObject } from '../values/json.ts'
import { msg } from '../errors/message.ts'
import { broken, type Problem } from '../errors/problem.ts'
import { kindOfObjective } from '../objectives/registry.ts'
import { studyKeyEntries } from './study-keys.ts'

/**
 * Rules of the study file beyond its schema: those of each key, and of GPUs; on raw input, like `space-rules.ts`. Those that depend on its sampler, pruner
 * and stop rules are in `search/study-rules.ts`.
 * @returns every broken rule
 */
export function checkSpecificationRules(raw: unknown): Problem[] {
  if (!isObject(raw)) return []
  return [
    ...studyKeyEntries.flatMap(([name, { rules }]) => rules?.(raw[name], raw) ?? []),
    ...checkGpus(raw),
  ]
}

/** Shares and whole GPUs; a task trains on one. What an executor adds to this, its definition says. */
function checkGpus({ gpus, objective }: Readonly<Record<string, unknown>>): Problem[] {
  if (gpus === undefined) return []
  const kind = isObject(objective) ? objective : {}
  const number = typeof gpus === 'number' ? gpus : null
  const largest = Array.isArray(gpus) ? Math.max(...gpus.map(sizeOf)) : (number ?? 1)
  const rules = [
    number !== null && number > 1 && !Number.isInteger(number) && msg('rule.gpusWhole'),
    'task' in kind && largest > 1 && msg('rule.gpusOfTask'),
    kindOfObjective(kind)?.usesNoGpu === true && msg('rule.gpusOfFunction'),
  ]
  return rules.filter(rule => rule !== false).map(rule => broken(['gpus'], gpus, rule))
}

function sizeOf(set: unknown): number {
  return Array.isArray(set) ? set.length : 1
}
