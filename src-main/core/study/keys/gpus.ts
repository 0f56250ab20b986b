import { msg } from '../../errors/message.ts'
import { broken, type Problem } from '../../errors/problem.ts'
import { gpusSchema } from '../../machine/gpus.ts'
import { kindOfObjective } from '../../objectives/registry.ts'
import { isObject } from '../../values/json.ts'
import { type RawStudy, studyKey } from './study-key.ts'

export const gpusKey = studyKey(gpusSchema.optional(), { rules: checkGpus })

/** Shares and whole GPUs; a task trains on one. What an executor adds to this, its definition says. */
function checkGpus(gpus: unknown, { objective }: RawStudy): Problem[] {
  if (gpus === undefined) return []
  const kind = isObject(objective) ? kindOfObjective(objective) : undefined
  const number = typeof gpus === 'number' ? gpus : null
  const largest = Array.isArray(gpus) ? Math.max(...gpus.map(sizeOf)) : (number ?? 1)
  const rules = [
    number !== null && number > 1 && !Number.isInteger(number) && msg('rule.gpusWhole'),
    kind?.usesEngine === true && largest > 1 && msg('rule.gpusOfTask'),
    kind?.usesNoGpu === true && msg('rule.gpusOfFunction'),
  ]
  return rules.filter(rule => rule !== false).map(rule => broken(['gpus'], gpus, rule))
}

function sizeOf(set: unknown): number {
  return Array.isArray(set) ? set.length : 1
}
