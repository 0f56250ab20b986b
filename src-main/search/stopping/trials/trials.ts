import { msg } from '../../../core/errors/message.ts'
import type { StopRuleDefinition } from '../stop-rule.ts'

/** Ends a study after so many trials. */
export const trialsRule: StopRuleDefinition = {
  name: 'trials',
  evaluate: (limit, { trials }) =>
    trials.length >= limit
      ? { state: 'finished', reason: msg('ending.trialsDone', { trials: limit }) }
      : null,
}
