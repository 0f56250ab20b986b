import { z } from 'zod'
import { msg } from '../../errors/message.ts'
import { broken, type Problem } from '../../errors/problem.ts'
import { kindOfObjective } from '../../objectives/registry.ts'
import { isObject } from '../../values/json.ts'
import { type RawStudy, studyKey } from './study-key.ts'

export const instancesKey = studyKey(
  z
    .array(z.string().min(1).max(4096))
    .min(2)
    .max(1000)
    .optional()
    .describe('option.study.instances'),
  { rules: checkInstances },
)

/**
 * Only programs and modules can be told of an instance; a text that comes twice would count twice.
 */
function checkInstances(instances: unknown, { objective, replicates, space }: RawStudy): Problem[] {
  if (!Array.isArray(instances)) return []
  const takesInstances = isObject(objective) && kindOfObjective(objective)?.takesInstances === true
  const value = isObject(replicates) ? (replicates['value'] ?? 'mean') : 'mean'
  const instanceProblems = [
    ...(takesInstances ? [] : [broken(['instances'], instances, msg('rule.instancesOfPrograms'))]),
    ...(value === 'mean'
      ? []
      : [broken(['replicates', 'value'], value, msg('rule.instancesMean'))]),
    ...(isObject(space) && Object.hasOwn(space, 'instance')
      ? [broken(['space', 'instance'], 'instance', msg('rule.instancesName'))]
      : []),
  ]
  const texts = instances.flatMap((instance: unknown, index) => {
    const rules = [
      instances.indexOf(instance) < index && msg('rule.unique'),
      // It stands in arguments and variables, which cannot hold one.
      typeof instance === 'string' && instance.includes('\0') && msg('rule.noZeroCharacter'),
    ]
    return rules
      .filter(rule => rule !== false)
      .map(rule => broken(['instances', index], instance, rule))
  })
  return [...instanceProblems, ...texts]
}
