import { fact, type Fact } from '../../core/errors/fact.ts'
import { bestTrial, signOf } from '../../core/trial/ranking.ts'
import type { Goal, StopSpecification } from '../../core/study/study-specification.ts'
import { isFinished, type TrialSnapshot } from '../../core/trial/trial.ts'

/** The facts that the stop rules look at; a pure function of the record of the study. */
export interface StopState {
  readonly stop: StopSpecification
  /** The first goal. */
  readonly goal: Goal
  /** All trials, by rising number, running ones included. */
  readonly trials: readonly TrialSnapshot[]
  /** The best of them by the goal, where the caller keeps it from trial to trial. */
  readonly best?: Pick<TrialSnapshot, 'number' | 'values'> | null
  /** Wall time of all sessions. */
  readonly elapsedMs: number
  /** Failures count from this trial number on: whoever resumes a failed study has mended the cause. Default 0. */
  readonly failuresFrom?: number
}

export interface StopDecision {
  /** `failed` when too few trials succeed, else `finished`. */
  readonly state: 'finished' | 'failed'
  readonly reason: Fact
}

/**
 * The first stop rule that holds, or null. A study that stops starts no further trial; trials that
 * run end normally.
 */
export function findStopDecision(state: StopState): StopDecision | null {
  const { stop } = state
  const hopeless = hopelessReason(state)
  if (hopeless !== null) return { state: 'failed', reason: hopeless }
  if (stop.target !== undefined && reachesTarget(state, stop.target)) {
    return { state: 'finished', reason: fact('ending.targetReached', { target: stop.target }) }
  }
  if (stop.trials !== undefined && state.trials.length >= stop.trials) {
    return { state: 'finished', reason: fact('ending.trialsDone', { trials: stop.trials }) }
  }
  if (stop.minutes !== undefined && state.elapsedMs >= stop.minutes * 60_000) {
    return { state: 'finished', reason: fact('ending.minutesOver', { minutes: stop.minutes }) }
  }
  if (stop.epochs !== undefined) {
    const epochs = state.trials.reduce((sum, { reports }) => sum + reports.length, 0)
    if (epochs >= stop.epochs)
      return { state: 'finished', reason: fact('ending.epochsTrained', { epochs }) }
  }
  if (stop.stagnation !== undefined) {
    const stagnant = trialsSinceImprovement(state)
    if (stagnant >= stop.stagnation) {
      return { state: 'finished', reason: fact('ending.stagnation', { trials: stagnant }) }
    }
  }
  return null
}

/** A study whose every trial failed has not finished anything, whichever rule ended it. */
export function concludeDecision(
  decision: StopDecision,
  trials: readonly TrialSnapshot[],
): StopDecision {
  if (trials.length === 0 || trials.some(trial => trial.state !== 'failed')) return decision
  return { state: 'failed', reason: fact('ending.allFailed', { trials: trials.length }) }
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
function hopelessReason({ stop, trials, failuresFrom = 0 }: StopState): Fact | null {
  const judged = lastJudged(trials, failuresFrom)
  const failed = judged.filter(({ state }) => state === 'failed').length
  if (failed === 0 || failed < stop.failures) return null
  const hasSucceeded = trials.some(({ state }) => state === 'complete' || state === 'pruned')
  if (!hasSucceeded) return fact('ending.failuresInARow', { trials: failed })
  const succeeded = judged.length - failed
  if (shareAbove(HOPELESS_SHARE, succeeded, failed) >= DOUBT) return null
  return fact('ending.fewSucceed', { succeeded, trials: judged.length })
}

/** Looked for from the end: this is asked before every trial, and there may be 100,000. */
function lastJudged(trials: readonly TrialSnapshot[], failuresFrom: number): TrialSnapshot[] {
  const judged: TrialSnapshot[] = []
  for (let at = trials.length - 1; at >= 0 && judged.length < JUDGED; at--) {
    const trial = trials[at] as TrialSnapshot
    if (trial.number < failuresFrom) break
    if (isFinished(trial.state) && trial.state !== 'cancelled') judged.push(trial)
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

function bestOf({ best, trials, goal }: StopState): StopState['best'] {
  return best === undefined ? bestTrial(trials, goal) : best
}

function reachesTarget(state: StopState, target: number): boolean {
  const { direction } = state.goal
  const value = bestOf(state)?.values[0]
  return value !== undefined && signOf(direction) * value <= signOf(direction) * target
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
