import type { StudyRecord } from '../contract/study.ts'
import { prunerMetrics } from '../search/pruner-metrics.ts'
import type { StudyStore } from '../storage/study-store.ts'
import { StudyHistory } from './study-history.ts'

type Store = Pick<StudyStore, 'history' | 'excludedTrials'>

/** The trials of a study with all that its sampler and pruner look at. */
export function openHistory(store: Store, { id, specification }: StudyRecord): StudyHistory {
  return new StudyHistory(store.history(id, prunerMetrics(specification)))
}

/**
 * A person changed the study or its excluded trials: gives the history what counts now. What the trials reported so
 * far must be in the store, because a changed pruner may look at other metrics.
 */
export function refreshHistory(
  history: StudyHistory,
  store: Store,
  { id, specification }: StudyRecord,
): void {
  const further = prunerMetrics(specification)
  if (further.length > 0) history.takeFurther(store.history(id, further))
  history.exclude(store.excludedTrials(id))
}
