import type { EventRecord } from '../../contract/events.ts'
import type { JsonObject } from '../../contract/json.ts'
import { decodeMetricJson } from '../../contract/metric-value.ts'

/** Trials that predicted together at the end of a study. */
export interface Ensemble {
  /** Best first. */
  readonly trials: readonly number[]
  /** `validation…` and `test…` */
  readonly metrics: Readonly<Record<string, number>>
}

/** The last ensemble that was measured; null where none was asked for, or fewer than two trials could predict. */
export function ensembleOf(events: readonly EventRecord[]): Ensemble | null {
  const detail = events.findLast(({ kind }) => kind === 'ensemble.tested')?.detail
  if (detail === undefined) return null
  const { trials, metrics } = detail as { trials: number[]; metrics: JsonObject }
  const values = Object.entries(metrics).map(([name, value]) => [name, decodeMetricJson(value)])
  return { trials, metrics: Object.fromEntries(values) as Record<string, number> }
}

/** As the record keeps it, in which numbers that JSON lacks are words; null if there is none. */
export function ensembleToJson(events: readonly EventRecord[]): JsonObject | null {
  return events.findLast(({ kind }) => kind === 'ensemble.tested')?.detail ?? null
}
