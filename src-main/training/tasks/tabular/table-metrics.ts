import type { TableProblem } from '../../../core/data/data-settings.ts'
import { metricDefinitions } from '../../metrics/metric-definitions.ts'
import type { MetricDefinition } from '../task.ts'

/** Metrics of a table's trials; `auto` while the data have not decided. */
export function tableMetrics(
  problem: TableProblem | 'auto',
  binary: boolean,
  quantile: number | undefined,
): readonly MetricDefinition[] {
  const definitions = metricDefinitions(problem, binary)
  return quantile === undefined || problem === 'classification'
    ? definitions
    : [...definitions, { name: 'validationQuantileLoss', direction: 'minimize' }]
}
