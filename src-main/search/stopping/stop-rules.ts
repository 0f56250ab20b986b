import { fact, type Fact } from '../../contract/fact.ts'
import { bestTrial, signOf } from '../../contract/ranking.ts'
import type { Goal, StopSpecification } from '../../contract/study-specification.ts'
import { isFinished, type TrialSnapshot } from '../../contract/trial.ts'

/** The facts that the stop rules look at; a pure function of the record of the study. */
export interface StopState {
  readonly stop: StopSpecification
  /** The first goal. */
  readonly goal: Goal
  /** All trials, by rising number, running ones included. */
  readonly trials: readonly TrialSnapshot[]
  /** Wall time of all sessions. */
  readonly elapsedMs: number
  /**
   * Failures in a row count from this trial number on: whoever resumes a failed study has mended
   * the cause. Default 0.
   */
  readonly failuresFrom?: number
}

export interface StopDecision {
  /** `failed` when too many trials failed in a row, else `finished`. */
  readonly state: 'finished' | 'failed'
  readonly reason: Fact
}

/**
 * The first stop rule that holds, or null. A study that stops starts no further trial; trials that
 * run end normally.
 */
export function findStopDecision(state: StopState): StopDecision | null {
  const { stop } = state
  const failures = failuresInARow(state.trials, state.failuresFrom ?? 0)
  if (failures >= stop.failures) {
    return { state: 'failed', reason: fact('ending.failuresInARow', { trials: failures }) }
  }
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
    const stagnant = trialsSinceImprovement(state.trials, state.goal)
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

function failuresInARow(trials: readonly TrialSnapshot[], from: number): number {
  let count = 0
  for (let index = trials.length - 1; index >= from; index--) {
    const state = trials[index]?.state
    if (state === 'failed') count++
    else if (state !== undefined && isFinished(state)) break
  }
  return count
}

function reachesTarget(state: StopState, target: number): boolean {
  const { direction } = state.goal
  const value = bestTrial(state.trials, state.goal)?.values[0]
  return value !== undefined && signOf(direction) * value <= signOf(direction) * target
}

/** Finished trials after the best one; failed ones count, since they used the budget too. */
function trialsSinceImprovement(trials: readonly TrialSnapshot[], goal: Goal): number {
  const best = bestTrial(trials, goal)
  return trials.filter(
    trial => isFinished(trial.state) && (best === null || trial.number > best.number),
  ).length
}
