import { finishedCount, type TrialState } from '../trial/trial.ts'
import type { StopSpecification } from './study-specification.ts'
import { wallTimeLimitMs } from '../stopping/minutes/minutes.ts'
import { trialLimit } from '../stopping/trials/trials.ts'

/** A trial that is running, as far as its pace is known. */
export interface RunningPace {
  readonly startedAtMs: number
  /** The last step that it reported; null before the first report. */
  readonly stepsDone: number | null
  /** Steps that it will take; null where its study does not say so. */
  readonly stepsTotal: number | null
}

/** Trials that have ended, and how long they ran together. */
export interface FinishedPace {
  readonly count: number
  readonly totalMs: number
}

/** What is known of a running study at a moment. */
export interface StudyPace {
  readonly stop: Pick<StopSpecification, 'trials' | 'minutes' | 'runningTrials'>
  /** Trials that may run at the same time. */
  readonly parallelTrials: number
  readonly counts: Readonly<Record<TrialState, number>>
  /** Wall time of all its sessions together. */
  readonly elapsedMs: number
  readonly finished: FinishedPace
  readonly running: readonly RunningPace[]
}

/**
 * Milliseconds until a stop rule that can be foreseen holds; null if none can.
 *
 * Trials: the work left (whole trials that have not started, taken to last as long as the mean finished trial, and the rest of the
 * running ones, at the pace of their steps) divided by the parallel trials that can share it. Minutes: what is left of them, or of the running
 * trials where these may end. With both, the earlier. Target and stagnation cannot be foreseen; they can only end the study sooner. A study without a finished trial has no
 * mean yet.
 */
export function timeLeftMs(pace: StudyPace, nowMs: number): number | null {
  const byTrials = timeLeftByTrials(pace, nowMs)
  const limitMs = wallTimeLimitMs(pace.stop)
  const byMinutes =
    limitMs === null ? null : Math.max(0, limitMs - pace.elapsedMs, ...ending(pace, nowMs))
  if (byTrials === null) return byMinutes
  return byMinutes === null ? byTrials : Math.min(byTrials, byMinutes)
}

/** What is left of the trials that the limit of time lets end, as far as it is known. */
function ending({ stop, running }: StudyPace, nowMs: number): number[] {
  if (stop.runningTrials !== 'finish') return []
  return running.flatMap(trial => trialTimeLeftMs(trial, nowMs) ?? [])
}

function timeLeftByTrials(
  { stop, parallelTrials, counts, finished, running }: StudyPace,
  nowMs: number,
): number | null {
  const limit = trialLimit(stop)
  if (limit === null) return null
  const started = finishedCount(counts) + counts.running + counts.interrupted
  const waiting = Math.max(0, limit - started) + counts.interrupted
  if (waiting === 0 && running.length === 0) return 0
  if (finished.count === 0) return null
  const meanMs = finished.totalMs / finished.count
  // Without steps, what is missing to the mean trial.
  const rests = running.map(
    trial =>
      trialTimeLeftMs(trial, nowMs) ?? Math.max(0, meanMs - Math.max(0, nowMs - trial.startedAtMs)),
  )
  const work = waiting * meanMs + rests.reduce((sum, rest) => sum + rest, 0)
  // Trials that another program runs are not held to the parallel trials of the study.
  const most = Math.max(parallelTrials, running.length)
  const concurrent = Math.max(1, Math.min(most, waiting + running.length))
  return Math.max(work / concurrent, ...rests)
}

/**
 * The time that a running trial still takes if every step takes as long as those before; null before the first step, and where
 * nobody knows how many there are.
 */
export function trialTimeLeftMs(
  { startedAtMs, stepsDone, stepsTotal }: RunningPace,
  nowMs: number,
): number | null {
  if (stepsDone === null || stepsTotal === null || stepsDone <= 0) return null
  const perStepMs = Math.max(0, nowMs - startedAtMs) / stepsDone
  return perStepMs * Math.max(0, stepsTotal - stepsDone)
}

/**
 * What is left of a study as it is shown beside its running trials: no less than the longest rest of them, which may have been heard of later,
 * unless its limit of time ends them.
 * @param timeLeft of the study; null where nothing can be foreseen
 * @param restsMs of its running trials, where they are known
 */
export function timeLeftBeside(
  timeLeft: number | null,
  restsMs: readonly number[],
  { stop, elapsedMs }: Pick<StudyPace, 'stop' | 'elapsedMs'>,
): number | null {
  if (timeLeft === null) return null
  const limitMs = stop.runningTrials === 'finish' ? null : wallTimeLimitMs(stop)
  const most = limitMs === null ? Infinity : Math.max(0, limitMs - elapsedMs)
  return Math.min(Math.max(timeLeft, ...restsMs), most)
}
