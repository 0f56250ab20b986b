import type { TableProblem } from '../../../core/data/data-settings.ts'
import { metricDefinitions } from '../../metrics/metric-definitions.ts'
import type { MetricDefinition } from '../task.ts'

/** Metrics of a table's trials; `auto` while the data have not decided. */
export function tableMetrics(
  problem: TableProblem | 'auto',
  binary: boolean,
  quantile: number | undefined,
): readonly MetricDefinition[] {
  const own = metricDefinitions(problem, binary)
  return quantile === undefined || problem === 'classification'
    ? own
    : [...own, { name: 'validationQuantileLoss', direction: 'minimize' }]
}
