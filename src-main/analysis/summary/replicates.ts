import type { EventRecord } from '../../contract/events.ts'
import { decodeMetricJson } from '../../contract/metric-value.ts'
import { mean } from '../../math/numbers.ts'

/**
 * The values of a trial's replicates as its end recorded them: one list per replicate, one value per goal. Empty
 * where the configuration was trained once.
 */
export function replicatesOf(events: readonly EventRecord[], trialNumber: number): number[][] {
  const end = events.findLast(
    event => event.kind === 'trial.finished' && event.trialNumber === trialNumber,
  )
  const recorded = end?.detail['replicates']
  if (!Array.isArray(recorded)) return []
  return recorded.map(values => (Array.isArray(values) ? values.map(decodeMetricJson) : []))
}

/** Standard deviation of a sample (divided by one less than its number); NaN for fewer than two. */
export function sampleDeviation(values: readonly number[]): number {
  if (values.length < 2) return Number.NaN
  const centre = mean(values)
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0)
  return Math.sqrt(squares / (values.length - 1))
}
