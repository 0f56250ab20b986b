import { msg } from '../../../core/errors/message.ts'
import { signOf } from '../../../core/trial/ranking.ts'
import { bestOf, type StopRuleDefinition, type StopState } from '../stop-rule.ts'

/** Ends a study once its best trial reaches a value of the first goal. */
export const targetRule: StopRuleDefinition = {
  name: 'target',
  evaluate: (target, state) =>
    reachesTarget(state, target)
      ? { state: 'finished', reason: msg('ending.targetReached', { target }) }
      : null,
}

function reachesTarget(state: StopState, target: number): boolean {
  const { direction } = state.goal
  const value = bestOf(state)?.values[0]
  return value !== undefined && signOf(direction) * value <= signOf(direction) * target
}
