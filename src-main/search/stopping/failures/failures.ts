import { type MessageDescriptor, msg } from '../../../core/errors/message.ts'
import { isFinished, type TrialSnapshot } from '../../../core/trial/trial.ts'
import type { StopRuleDefinition, StopState } from '../stop-rule.ts'

/** Ends a study whose trials fail. */
export const failuresRule: StopRuleDefinition = {
  name: 'failures',
  endsEveryStudy: false,
  evaluate(limit, state) {
    const reason = hopelessReason(limit, state)
    return reason === null ? null : { state: 'failed', reason }
  },
}

/** Finished trials that the share of successes is judged by. */
const JUDGED = 50
/** A study is hopeless if less than this share of its trials succeeds … */
const HOPELESS_SHARE = 0.1
/** … and that is as good as certain: the probability of a larger share is below this. */
const DOUBT = 0.05

/**
 * Why failures end the study, or null. Until any trial has succeeded, `stop.failures` of them do: the program is
 * broken. (With an even prior of the share of successes, five failures leave a probability of 5 % that it is above 40 %.)
 * Afterwards failures belong to some region of the space, and only their share counts: with an even prior the
 * posterior after s successes and f failures is Beta(1 + s, 1 + f), and the study ends when it leaves less than
 * `DOUBT` for a share above `HOPELESS_SHARE`. That takes 28 failures without a success, or 45 trials with one.
 */
function hopelessReason(
  limit: number,
  { trials, failuresFrom = 0 }: StopState,
): MessageDescriptor | null {
  const judged = lastJudged(trials, failuresFrom)
  const failed = judged.filter(({ state }) => state === 'failed').length
  if (failed === 0 || failed < limit) return null
  const hasSucceeded = trials.some(({ state }) => state === 'complete' || state === 'pruned')
  if (!hasSucceeded) return msg('ending.failuresInARow', { trials: failed })
  const succeeded = judged.length - failed
  if (shareAbove(HOPELESS_SHARE, succeeded, failed) >= DOUBT) return null
  return msg('ending.fewSucceed', { succeeded, trials: judged.length })
}

/** Looked for from the end: this is asked before every trial, and there may be 100,000. */
function lastJudged(trials: readonly TrialSnapshot[], failuresFrom: number): TrialSnapshot[] {
  const judged: TrialSnapshot[] = []
  for (let at = trials.length - 1; at >= 0 && judged.length < JUDGED; at--) {
    const trial = trials[at] as TrialSnapshot
    if (trial.number < failuresFrom) break
    if (isFinished(trial.state) && trial.state !== 'canceled') judged.push(trial)
  }
  return judged
}

/**
 * The probability that a Beta(1 + s, 1 + f) variable is above `share`: that of at most s successes in s + f + 1 draws
 * of that probability (M. Abramowitz, I. A. Stegun: Handbook of mathematical functions. 1964, 26.5.24).
 */
function shareAbove(share: number, succeeded: number, failed: number): number {
  const draws = succeeded + failed + 1
  let term = (1 - share) ** draws
  let total = term
  for (let k = 1; k <= succeeded; k++) {
    term *= ((draws - k + 1) / k) * (share / (1 - share))
    total += term
  }
  return total
}
