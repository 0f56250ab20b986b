import { ownValue } from '../../../core/values/named-values.ts'
import { bestReport } from '../../../core/trial/ranking.ts'
import type { Report, TrialSnapshot } from '../../../core/trial/trial.ts'
import { firstIndexWhere } from '../../../math/numbers.ts'
import type { PrunerContext } from '../pruner.ts'
import type { Goal } from '../../../core/study/study-specification.ts'

/** The best value reported; NaN only if every value is (or there is none). */
export function bestOf(reports: readonly Report[], direction: PrunerContext['direction']): number {
  return bestReport(reports, direction)?.value ?? Number.NaN
}

/** The last step of a trial's reports, if it reported. */
export function lastStepOf(trial: { readonly reports: readonly Report[] }): number | undefined {
  return trial.reports.at(-1)?.step
}

/** The last step of the longest complete trial; null if none reported. */
export function longestComplete(trials: readonly TrialSnapshot[]): number | null {
  const steps = trials.flatMap(trial =>
    trial.state === 'complete' ? (lastStepOf(trial) ?? []) : [],
  )
  return steps.length === 0 ? null : steps.reduce((longest, step) => Math.max(longest, step))
}

const NONE: readonly Report[] = []

/** The reports of a metric, at the steps at which it also reported the first goal. */
export function reportsOf(
  trial: TrialSnapshot,
  metric: string,
  { goals }: PrunerContext,
): readonly Report[] {
  if (metric === goals[0]?.metric) return trial.reports
  const { further } = trial
  return further !== undefined && Object.hasOwn(further, metric)
    ? (ownValue(further, metric) ?? NONE)
    : NONE
}

/** The names among these that a trial's `reports` do not hold, each once. */
export function furtherMetrics(
  metrics: readonly string[],
  goals: readonly Goal[],
): readonly string[] {
  return [...new Set(metrics)].filter(metric => metric !== goals[0]?.metric)
}

/** Index of the first report whose step is at or beyond `step`; the number of reports if there is none. */
export function firstAtOrBeyond(reports: readonly Report[], step: number): number {
  return firstIndexWhere(reports.length, index => (reports[index] as Report).step >= step)
}

/** The value at exactly this step; undefined if there is none. */
export function valueAt(reports: readonly Report[], step: number): number | undefined {
  const report = reports[firstAtOrBeyond(reports, step)]
  return report?.step === step ? report.value : undefined
}
