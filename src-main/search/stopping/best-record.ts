import type { StudySnapshot } from '../../contract/study.ts'
import type { TrialRecord, TrialSnapshot } from '../../contract/trial.ts'
import { bestTrial } from './stop-rules.ts'

/** The record of the best feasible complete trial by the first goal; null if there is none. */
export function bestRecord(snapshot: Pick<StudySnapshot, 'study' | 'trials'>): TrialRecord | null {
  const [goal] = snapshot.study.specification.goals
  if (goal === undefined) return null
  const trials: TrialSnapshot[] = snapshot.trials.map(trial => ({ ...trial, reports: [] }))
  const best = bestTrial(trials, goal)
  return snapshot.trials.find(trial => trial.number === best?.number) ?? null
}
