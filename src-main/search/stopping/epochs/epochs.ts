import { msg } from '../../../core/errors/message.ts'
import type { StopRuleDefinition } from '../stop-rule.ts'

/** Ends a study once its trials have reported so many steps together. */
export const epochsRule: StopRuleDefinition = {
  name: 'epochs',
  readsCurves: true,
  evaluate(limit, { trials }) {
    const epochs = trials.reduce((sum, { reports }) => sum + reports.length, 0)
    return epochs >= limit
      ? { state: 'finished', reason: msg('ending.epochsTrained', { epochs }) }
      : null
  },
}
