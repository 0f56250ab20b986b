import { msg } from '../../../core/errors/message.ts'
import { isObject } from '../../../core/values/json.ts'
import { broken, type Problem } from '../../../core/errors/problem.ts'
import type { GivenOptions } from '../sampler.ts'
import { kindOfObjective } from '../../../core/objectives/registry.ts'

/** A training that ends before it is whole would wait for its next increment for ever. */
export function checkWholeSteps(
  { objective, space }: GivenOptions,
  { steps }: GivenOptions,
): Problem[] {
  if (!isObject(objective) || typeof steps !== 'number') return []
  const kind = kindOfObjective(objective)
  if (kind?.steps !== undefined) {
    const whole = kind.steps(objective)
    if (whole === undefined || steps === whole) return []
    return [broken(['sampler', 'steps'], steps, msg('rule.wholeSteps', { steps: whole }))]
  }
  const epochs = isObject(space) ? space['epochs'] : undefined
  if (kind?.trainsForEpochs !== true || !isObject(epochs)) return []
  if (!('fixed' in epochs)) {
    return [broken(['space', 'epochs'], epochs, msg('rule.wholeEpochs', { steps }))]
  }
  const { fixed } = epochs
  if (steps === fixed) return []
  return [broken(['sampler', 'steps'], steps, msg('rule.wholeSteps', { steps: Number(fixed) }))]
}
