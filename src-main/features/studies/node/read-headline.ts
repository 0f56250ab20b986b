import {
  type BestTrialHeadline,
  bestTrialHeadline,
} from '../../../analysis/summary/best-trial-headline.ts'
import { baselineValue } from '../../../core/study/baseline.ts'
import type { StudySummary } from '../../../core/study/study.ts'
import type { StudyReader } from '../../../platform/storage/study-store.ts'

/** The headline of a study's best trial, for which one trial, the baseline and the test are read; without an estimated best and an ensemble. */
export function readHeadline(
  reader: Pick<StudyReader, 'trialsBetween' | 'winner'>,
  {
    id,
    specification,
    best,
    labels,
  }: Pick<StudySummary, 'id' | 'specification' | 'best' | 'labels'>,
): BestTrialHeadline | null {
  if (best === null) return null
  const trialOf = (number: number) => {
    const [trial] = reader.trialsBetween(id, { from: number, below: number + 1 })
    return trial
  }
  return bestTrialHeadline({
    specification,
    trials: reader.trialsBetween(id, { from: best.number, below: best.number + 1 }),
    winner: reader.winner(id),
    baseline: baselineValue(labels.baseline, number => trialOf(number)?.values),
    trainingsOf: number => trialOf(number)?.trainings,
  })
}
