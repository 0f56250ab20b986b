import { msg } from '../../../core/errors/message.ts'
import type { StopRuleDefinition } from '../stop-rule.ts'

/** Ends a study after so much wall time of all sessions together. */
export const minutesRule: StopRuleDefinition = {
  name: 'minutes',
  evaluate: (minutes, { elapsedMs }) =>
    elapsedMs >= minutes * 60_000
      ? { state: 'finished', reason: msg('ending.minutesOver', { minutes }) }
      : null,
}
