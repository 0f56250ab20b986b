import type { ImportedTrial } from '../contract/imported-study.ts'
import type { MetricBatch, StudyStore } from './study-store.ts'

/** Stores a trial that another program ran, as if it had run here; one without an end stays running. */
export function importTrial(
  store: Pick<StudyStore, 'startTrial' | 'appendMetrics' | 'finishTrial' | 'setExcluded'>,
  studyId: number,
  trial: ImportedTrial,
): void {
  const { number: trialNumber, state, startedAtMs, finishedAtMs } = trial
  store.startTrial({
    studyId,
    number: trialNumber,
    parameters: trial.parameters,
    provenance: trial.provenance,
    seed: trial.seed,
    slot: 0,
    atMs: startedAtMs,
  })
  const metrics = Object.entries(trial.metrics).map(([name, curve]): MetricBatch => ({
    trialNumber,
    columns: {
      names: [name],
      steps: Int32Array.from(curve.steps),
      values: Float64Array.from(curve.values),
    },
  }))
  if (state === 'interrupted') {
    store.appendMetrics(studyId, metrics)
    return
  }
  store.finishTrial({
    studyId,
    trialNumber,
    state,
    values: trial.values,
    ...(trial.constraints === undefined ? {} : { constraints: trial.constraints }),
    bestStep: trial.bestStep,
    reason: trial.reason,
    failure: trial.failure,
    metrics,
    artifacts: [],
    atMs: finishedAtMs,
  })
  if (trial.excluded === true) store.setExcluded(studyId, trialNumber, true, { atMs: finishedAtMs })
}
