import { msg } from '../../../core/errors/message.ts'
import { isFinished, type TrialSnapshot } from '../../../core/trial/trial.ts'
import { bestOf, type StopRuleDefinition, type StopState } from '../stop-rule.ts'

/** Ends a study after so many trials without a better one. */
export const stagnationRule: StopRuleDefinition = {
  name: 'stagnation',
  evaluate(limit, state) {
    const stagnant = trialsSinceImprovement(state)
    return stagnant >= limit
      ? { state: 'finished', reason: msg('ending.stagnation', { trials: stagnant }) }
      : null
  },
}

/** Finished trials after the best one; failed ones count, since they used the budget too. */
function trialsSinceImprovement(state: StopState): number {
  const { trials } = state
  const best = bestOf(state)?.number ?? -1
  let count = 0
  for (let at = trials.length - 1; at >= 0; at--) {
    const { number, state } = trials[at] as TrialSnapshot
    if (number <= best) break
    if (isFinished(state)) count++
  }
  return count
}
