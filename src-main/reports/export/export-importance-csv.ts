import { pedAnova } from '../../analysis/importance/ped-anova.ts'
import type { StudySnapshot } from '../../core/study/study.ts'
import { type Cell, formatCsv } from '../../core/values/csv.ts'

/**
 * Importances by PED-ANOVA, one row per goal and parameter: `metric`, `parameter`, `share`, `deviation`, `trials` in which
 * it was active. Without rows where there are too few trials.
 */
export function importanceCsv({ study, trials }: StudySnapshot): string {
  const { goals, space } = study.specification
  const included = trials.filter(({ excluded }) => excluded !== true)
  const rows = goals.flatMap(({ metric, direction }, goal): Cell[][] => {
    const outcome = pedAnova({ space, trials: included, direction, goal })
    return outcome.ok
      ? outcome.result.map(({ name, mean, deviation, activeTrials }) => [
          metric,
          name,
          mean,
          deviation,
          activeTrials,
        ])
      : []
  })
  return formatCsv([['metric', 'parameter', 'share', 'deviation', 'trials'], ...rows])
}
