import { trainingValues } from '../../../analysis/summary/replicates.ts'
import type { EstimatedBest } from '../../../core/study/estimated-best.ts'
import type { EventRecord } from '../../../core/study/events.ts'
import type { StudySpecification } from '../../../core/study/study-specification.ts'
import type { TrialSnapshot } from '../../../core/trial/trial.ts'
import { estimatedBest } from '../../../search/estimated-best/estimated-best.ts'

/**
 * The trial of a study that is probably the best, from its trials and what their ends recorded of single trainings.
 * @returns null as {@link estimatedBest}
 */
export function estimatedBestOf(
  specification: StudySpecification,
  trials: readonly Omit<TrialSnapshot, 'reports'>[],
  events: readonly EventRecord[],
): EstimatedBest | null {
  return estimatedBest(specification, trials, trainingValues(events))
}
