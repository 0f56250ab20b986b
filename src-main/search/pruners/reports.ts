import { bestReport } from '../../contract/ranking.ts'
import type { Report, TrialSnapshot } from '../../contract/trial.ts'
import type { PrunerContext } from './pruner.ts'
import type { Goal } from '../../contract/study-specification.ts'

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
  let longest: number | null = null
  for (const trial of trials) {
    if (trial.state !== 'complete') continue
    const step = lastStepOf(trial)
    if (step !== undefined && (longest === null || step > longest)) longest = step
  }
  return longest
}

const NONE: readonly Report[] = []

/** What a trial reported of a metric, at the steps at which it also reported the first goal. */
export function reportsOf(
  trial: TrialSnapshot,
  metric: string,
  { goals }: PrunerContext,
): readonly Report[] {
  if (metric === goals[0]?.metric) return trial.reports
  const { further } = trial
  return further !== undefined && Object.hasOwn(further, metric) ? (further[metric] ?? NONE) : NONE
}

/** The names among these that a trial's `reports` do not hold, each once. */
export function furtherMetrics(
  metrics: readonly string[],
  goals: readonly Goal[],
): readonly string[] {
  return [...new Set(metrics)].filter(metric => metric !== goals[0]?.metric)
}

/** The value at exactly this step; undefined if there is none. */
export function valueAt(reports: readonly Report[], step: number): number | undefined {
  let low = 0
  let high = reports.length - 1
  while (low <= high) {
    const middle = (low + high) >>> 1
    const report = reports[middle] as Report
    if (report.step === step) return report.value
    if (report.step < step) low = middle + 1
    else high = middle - 1
  }
  return undefined
}
