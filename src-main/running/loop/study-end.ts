import { msg, type MessageDescriptor } from '../../core/errors/message.ts'
import type { StopSpecification } from '../../core/study/study-specification.ts'
import { checkpointOfPoint, type StudyState } from '../../core/study/study.ts'
import type { TrialSnapshot } from '../../core/trial/trial.ts'
import type { StopState } from '../../search/stopping/stop-rule.ts'
import { concludeDecision, findStopDecision } from '../../search/stopping/stop-rules.ts'
import type { ElapsedClock } from './study-history.ts'
import type { EndRequest, StudyInProgress } from './run-state.ts'

/** How a session of a study ended, or is about to. */
export interface StudyEnd {
  readonly state: Extract<StudyState, 'finished' | 'failed' | 'paused' | 'stopped'>
  readonly reason: MessageDescriptor
}

/** The end that waits for running trials; null if none is asked for. */
export function requestedEnd(request: EndRequest): StudyEnd | null {
  if (request === 'pause') return { state: 'paused', reason: msg('ending.paused') }
  if (request !== 'finish') return null
  return { state: 'stopped', reason: msg('ending.stoppedAfterTrials') }
}

/**
 * How the study ends instead of another trial; null if it goes on. A trial that a person lets go on from a checkpoint runs whatever
 * the stop rules say.
 */
export function stopBefore(
  { store, study: { id, specification }, history }: StudyInProgress,
  counted: Pick<StopState, 'elapsedMs' | 'failuresFrom'>,
): StudyEnd | null {
  const [point] = store.queuedPoints(id)
  if (point !== undefined && checkpointOfPoint(point.origin) !== null) return null
  const { stop, goals } = specification
  const [goal] = goals
  if (goal === undefined) throw new RangeError('a study has at least one goal')
  const best = history.best(goal)
  return findStopDecision({ stop, goal, trials: history.trials, best, ...counted })
}

/** The end of a study whose time is over while trials run, unless it lets those end; null while it goes on. */
export function endAtLimit(
  { minutes, runningTrials = 'stop' }: StopSpecification,
  clock: Pick<ElapsedClock, 'hasPassed'>,
  running: ReadonlyMap<number, unknown>,
): StudyEnd | null {
  if (minutes === undefined || runningTrials === 'finish' || running.size === 0) return null
  if (!clock.hasPassed(minutes * 60_000)) return null
  const stopped = [...running.keys()].sort((a, b) => a - b)
  return { state: 'finished', reason: msg('ending.minutesOver', { minutes, stopped }) }
}

/** The end as the trials that ran on bear it out. */
export function concludeEnd(end: StudyEnd, trials: readonly TrialSnapshot[]): StudyEnd {
  if (end.state !== 'finished') return end
  return concludeDecision({ state: end.state, reason: end.reason }, trials)
}
