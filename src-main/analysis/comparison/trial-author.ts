import type { TrialAuthor } from '../../core/questions/comparison.ts'
import { firstPoints, type StudySpecification } from '../../core/study/study-specification.ts'
import type { TrialRecord } from '../../core/trial/trial.ts'

/** Who chose a trial's parameters: points that were enqueued, in the study file or while it ran, are a person's. */
export function authorOf(
  { number, provenance }: Pick<TrialRecord, 'number' | 'provenance'>,
  specification: Pick<StudySpecification, 'enqueue' | 'currentConfiguration'>,
): Exclude<TrialAuthor, 'all'> {
  const isFirst = number < firstPoints(specification).length
  return provenance.sampler === 'person' || isFirst ? 'person' : 'sampler'
}
