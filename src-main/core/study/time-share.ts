import { wallTimeLimitMs } from '../stopping/minutes/minutes.ts'
import { trialLimit } from '../stopping/trials/trials.ts'
import type { GivenStop } from '../stopping/stop-definition.ts'

/** So many trials have a share of the time of a study, unless it wants fewer. */
const MAX_SHARES = 16

/**
 * The longest time that one trial may take of a study that ends after so many minutes, while others wait: the time of all parallel
 * trials by the number of trials, at most {@link MAX_SHARES}. Trials that need less leave room for more of them.
 * @returns milliseconds; null for a study without a limit of minutes
 */
export function timeShareMs({
  stop,
  parallelTrials,
}: {
  readonly stop: GivenStop
  readonly parallelTrials: number
}): number | null {
  const limitMs = wallTimeLimitMs(stop)
  if (limitMs === null) return null
  const trials = Math.min(trialLimit(stop) ?? MAX_SHARES, MAX_SHARES)
  return (limitMs * Math.min(parallelTrials, trials)) / trials
}

/**
 * Whether another piece of work (an epoch, a round, a fold) fits into the time, if it takes as long as those before did on average.
 * @param done how many there were, ≥ 1, and `elapsedMs` how long they took together
 */
export function fitsAnother({
  elapsedMs,
  done,
  limitMs,
}: {
  readonly elapsedMs: number
  readonly done: number
  readonly limitMs: number
}): boolean {
  return elapsedMs + elapsedMs / done <= limitMs
}
