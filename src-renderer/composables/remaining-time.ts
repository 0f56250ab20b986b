import { format } from './texts.ts'
import type { StudyRow } from '../../src-main/features/studies/common/rows.ts'

/** Trials that have ended, whatever their end. */
export function finishedTrials({ trials }: Pick<StudyRow, 'trials'>): number {
  return trials.complete + trials.pruned + trials.failed + trials.cancelled
}

/** How long a running study will take at its pace so far; null without a limit or before the first end. */
export function remainingTime(study: StudyRow): string | null {
  const done = finishedTrials(study)
  if (!study.runsHere || study.trialBudget === null || done === 0) return null
  const trialsLeft = Math.max(0, study.trialBudget - done)
  return format.duration((study.elapsedMs / done) * trialsLeft)
}
