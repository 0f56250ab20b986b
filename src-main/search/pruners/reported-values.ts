import { bestReport } from '../../contract/ranking.ts'
import type { Report } from '../../contract/trial.ts'
import type { PrunerContext } from './pruner.ts'

/** The best value reported; NaN only if every value is (or there is none). */
export function bestOf(reports: readonly Report[], direction: PrunerContext['direction']): number {
  return bestReport(reports, direction)?.value ?? Number.NaN
}

/** The last step of a trial's reports, if it reported. */
export function lastStepOf(trial: { readonly reports: readonly Report[] }): number | undefined {
  return trial.reports.at(-1)?.step
}
