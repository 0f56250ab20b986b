import { isCostMetric } from '../../src-main/core/trial/cost-metrics.ts'
import type { StudySnapshot } from '../../src-main/core/study/study.ts'

/** Everything about the trials of a study that must repeat bit for bit: no times, no costs, no attempts. */
export function studyOutcome(snapshot: StudySnapshot): unknown[] {
  return snapshot.trials.map(
    ({
      number,
      state,
      parameters,
      seed,
      values,
      constraints,
      bestStep,
      lastStep,
      reason,
      provenance,
      metrics,
    }) => ({
      number,
      state,
      parameters,
      seed,
      values,
      constraints,
      bestStep,
      lastStep,
      reason,
      provenance,
      metrics: Object.fromEntries(Object.entries(metrics).filter(([name]) => !isCostMetric(name))),
    }),
  )
}
