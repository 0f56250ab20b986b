import type { StudySnapshot } from '../../core/study/study.ts'
import { type Cell, formatCsv } from '../../core/values/csv.ts'

/** Every reported value in long form: `trial`, `metric`, `step`, `value`; by trial, metric and step. */
export function exportMetricsCsv(snapshot: StudySnapshot): string {
  const rows: Cell[][] = [['trial', 'metric', 'step', 'value']]
  for (const trial of snapshot.trials) {
    for (const [metric, curve] of Object.entries(trial.metrics)) {
      curve.steps.forEach((step, index) => {
        rows.push([trial.number, metric, step, curve.values[index] ?? null])
      })
    }
  }
  return formatCsv(rows)
}
