import { msg } from '../../../core/errors/message.ts'
import { isObject } from '../../../core/values/json.ts'
import { broken, type Problem } from '../../../core/errors/problem.ts'
import type { GivenOptions } from '../sampler.ts'

/** A training that ends before it is whole would wait for its next increment for ever. */
export function checkWholeSteps(
  { objective, space }: GivenOptions,
  { steps }: GivenOptions,
): Problem[] {
  if (!isObject(objective) || typeof steps !== 'number') return []
  if ('function' in objective) {
    const { steps: whole } = objective
    if (typeof whole !== 'number' || steps === whole) return []
    return [broken(['sampler', 'steps'], steps, msg('rule.wholeSteps', { steps: whole }))]
  }
  const epochs = isObject(space) ? space['epochs'] : undefined
  if (!('task' in objective) || !isObject(epochs)) return []
  if (!('fixed' in epochs)) {
    return [broken(['space', 'epochs'], epochs, msg('rule.wholeEpochs', { steps }))]
  }
  const { fixed } = epochs
  if (steps === fixed) return []
  return [broken(['sampler', 'steps'], steps, msg('rule.wholeSteps', { steps: Number(fixed) }))]
}
