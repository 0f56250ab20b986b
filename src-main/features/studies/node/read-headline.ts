import {
  type BestTrialHeadline,
  bestTrialHeadline,
} from '../../../analysis/summary/best-trial-headline.ts'
import type { StudySummary } from '../../../core/study/study.ts'
import type { StudyReader } from '../../../platform/storage/study-store.ts'

/** The headline of a study's best trial, for which one trial and the test are read; without an estimated best and an ensemble. */
export function readHeadline(
  reader: Pick<StudyReader, 'trialsBetween' | 'winner'>,
  { id, specification, best }: Pick<StudySummary, 'id' | 'specification' | 'best'>,
): BestTrialHeadline | null {
  if (best === null) return null
  return bestTrialHeadline({
    specification,
    trials: reader.trialsBetween(id, { from: best.number, below: best.number + 1 }),
    winner: reader.winner(id),
  })
}
