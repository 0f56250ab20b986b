import { ownValue } from '../values/named-values.ts'
import type { WinnerRecord } from './study.ts'

/** A metric of the test split and what it was. */
export interface TestMetric {
  readonly metric: string
  readonly value: number
}

/** What a metric measures, without the split before its name. */
export function measureOf(metric: string): string {
  return metric.replace(/^(?:validation|test|train)(?=[A-Z])/, '')
}

/**
 * The metric of the test split that measures the same as a goal: `test…` for `validation…`, else that of the same name. Null where
 * the test has none: another metric never stands in.
 * @param metrics of the test split; null: nothing was tested
 */
export function testMetricOf(
  goalMetric: string,
  metrics: Readonly<Record<string, number>> | null | undefined,
): TestMetric | null {
  const metric = goalMetric.replace(/^validation/, 'test')
  const value = ownValue(metrics, metric)
  return value === undefined ? null : { metric, value }
}

/** Everything that was measured on the test split of a trial; null if another trial was tested, or none. */
export function testMetricsOfTrial(
  winner: Pick<WinnerRecord, 'trialNumber' | 'metrics'> | null | undefined,
  trialNumber: number,
): Readonly<Record<string, number>> | null {
  return winner?.trialNumber === trialNumber ? winner.metrics : null
}
