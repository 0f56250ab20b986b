import type { TrialAuthor } from '../../contract/api/comparison.ts'
import type { StudySpecification } from '../../contract/study-specification.ts'
import type { TrialRecord } from '../../contract/trial.ts'

/** Who chose a trial's parameters: points that were enqueued, in the study file or while it ran, are a person's. */
export function authorOf(
  { number, provenance }: Pick<TrialRecord, 'number' | 'provenance'>,
  { enqueue }: Pick<StudySpecification, 'enqueue'>,
): Exclude<TrialAuthor, 'all'> {
  return provenance.sampler === 'person' || number < enqueue.length ? 'person' : 'sampler'
}
