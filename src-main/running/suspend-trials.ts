import { msg } from '../core/errors/message.ts'
import type { StopSpecification } from '../core/study/study-specification.ts'
import type { StudyEnd } from './next-trial.ts'
import type { ElapsedClock } from './study-history.ts'
import type { TrialRun } from './trial-run.ts'

/** How long a session that stops at once waits for trials to save. */
const SUSPEND_LIMIT_MS = 3_000

/**
 * Running trials save what they have learned, if that is done soon; they go on from there.
 * @param nextWake resolves when a trial has ended
 */
export async function suspendTrials(
  running: ReadonlyMap<number, TrialRun>,
  nextWake: () => Promise<void>,
): Promise<void> {
  const over = Promise.withResolvers<'over'>()
  const timer = setTimeout(() => over.resolve('over'), SUSPEND_LIMIT_MS)
  for (const run of running.values()) run.suspend()
  while ([...running.values()].some(run => run.canSuspend)) {
    if ((await Promise.race([over.promise, nextWake()])) === 'over') break
  }
  clearTimeout(timer)
  for (const run of running.values()) run.abandon()
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
