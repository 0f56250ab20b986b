import { sum } from '../../../math/numbers.ts'
import type { ProgressState, RunningTrial } from './progress-state.ts'

/**
 * Milliseconds until a stop rule that can be foreseen holds, null if none can.
 *
 * Trials: the work left (whole trials not yet started, taken to last as long as the mean finished
 * trial, and the rest of the running ones, at the pace of their steps) divided by the slots that can share it. Minutes: what
 * is left of them. With both, the earlier. Target and stagnation cannot be foreseen; they can only
 * end the study sooner. A study without a finished trial has no mean yet.
 */
export function remainingMs(state: ProgressState): number | null {
  const byTrials = remainingByTrials(state)
  const { minutes } = state.stop
  const byMinutes = minutes === undefined ? null : Math.max(0, minutes * 60_000 - state.elapsedMs)
  if (byTrials === null) return byMinutes
  return byMinutes === null ? byTrials : Math.min(byTrials, byMinutes)
}

/** Trials that have ended, whatever their end. */
export function finishedCount({ counts }: ProgressState): number {
  return counts.complete + counts.pruned + counts.failed + counts.cancelled
}

function remainingByTrials(state: ProgressState): number | null {
  const { stop, meanTrialMs, running, counts } = state
  if (stop.trials === undefined) return null
  const started = finishedCount(state) + counts.running + counts.interrupted
  const waiting = Math.max(0, stop.trials - started) + counts.interrupted
  if (waiting === 0 && running.length === 0) return 0
  if (meanTrialMs === null) return null
  const rests = running.map(trial => restOf(trial, meanTrialMs))
  const work = waiting * meanTrialMs + sum(rests)
  const sharing = Math.max(1, Math.min(state.slots, waiting + running.length))
  return Math.max(work / sharing, ...rests)
}

/** By the pace of its own steps where they are known; else what is missing to the mean trial. */
function restOf(trial: RunningTrial, meanTrialMs: number): number {
  const { stepsDone, stepsTotal, elapsedMs } = trial
  if (stepsDone === null || stepsTotal === null || stepsDone <= 0) {
    return Math.max(0, meanTrialMs - elapsedMs)
  }
  return (elapsedMs / stepsDone) * Math.max(0, stepsTotal - stepsDone)
}
