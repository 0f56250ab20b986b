import { unknownName } from './closest-name.ts'
import { type Costs, isCostMetric } from './cost-metrics.ts'
import { AppError } from './errors.ts'
import type { Goal } from './study-specification.ts'

/**
 * The value of every goal in the row that a trial is judged by, or of the whole attempt if it is a cost.
 * @throws AppError `training.invalid` for a goal that is missing, `training.nonFinite`
 */
export function goalValues(
  goals: readonly Goal[],
  row: { readonly step: number; readonly metrics: Readonly<Record<string, number>> } | null,
  costs: Costs,
): number[] {
  return goals.map(({ metric }) => {
    const value = isCostMetric(metric)
      ? (costs[metric] ?? row?.metrics[metric])
      : row?.metrics[metric]
    if (value === undefined) {
      throw new AppError('training.invalid', {
        field: 'goals.metric',
        value: metric,
        rule: unknownName('metric', metric, Object.keys(row?.metrics ?? {})),
      })
    }
    if (!Number.isFinite(value)) {
      const step = row?.step ?? 0
      throw new AppError('training.nonFinite', { metric, step, value: String(value) })
    }
    return value
  })
}
