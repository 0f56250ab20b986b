import { reusedTrial } from '../search/proposals/reused-trial.ts'
import type { StudyStore } from '../storage/study-store.ts'
import type { TrialRecord } from '../contract/trial.ts'
import type { StudyCheckpoints } from './study-checkpoints.ts'
import type { TrialStart } from './study-history.ts'
import type { TrialToRun } from './trial-environment.ts'

/** Marks and gives the trials that a killed or stopped session left behind, by number. */
export function takeInterrupted(
  store: StudyStore,
  studyId: number,
  atMs: number,
  checkpoints: StudyCheckpoints,
): TrialToRun[] {
  store.interruptRunning(studyId, atMs)
  return store
    .trials(studyId, { metrics: false })
    .filter(({ state, paused }) => state === 'interrupted' && paused !== true)
    .map(trial => toRunAgain(trial, checkpoints))
}

/** Stores that a further attempt of a trial begins. @returns its number, from 1 */
export function storeAttempt(
  store: StudyStore,
  studyId: number,
  { number, slot }: Pick<TrialToRun, 'number' | 'slot'>,
  { keptStep }: TrialStart,
  atMs: number,
): number {
  store.startAttempt({
    ...{ studyId, trialNumber: number, slot, atMs },
    ...(keptStep === undefined ? {} : { keptStep }),
  })
  return store.trial(studyId, number).attempts.length
}

/** An interrupted trial, which goes on where it saved last. */
export function toRunAgain(
  { number, parameters, provenance, seed, attempts, origin, untilStep }: TrialRecord,
  checkpoints: StudyCheckpoints,
): TrialToRun {
  return {
    ...{ number, parameters, seed },
    slot: attempts.at(-1)?.slot ?? 0,
    reused: reusedTrial(provenance),
    ...(origin === undefined ? {} : { origin }),
    ...(untilStep === undefined ? {} : { untilStep }),
    resume: checkpoints.latest(number),
    reportedStep: checkpoints.reportedStep(number),
  }
}
