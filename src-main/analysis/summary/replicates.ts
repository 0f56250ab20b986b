import type { EventRecord } from '../../core/study/events.ts'
import type { JsonObject } from '../../core/values/json.ts'
import { decodeMetricJson } from '../../core/trial/metric-value.ts'
import type { TrialRecord } from '../../core/trial/trial.ts'
import { mean } from '../../math/numbers.ts'
import { median } from '../../math/statistics/quantile.ts'

/**
 * The values of a trial's replicates as its end recorded them: one list per replicate, one value per goal. Empty
 * where the configuration was trained once.
 */
export function replicatesOf(events: readonly EventRecord[], trialNumber: number): number[][] {
  const recorded = endOf(events, trialNumber)['replicates']
  if (!Array.isArray(recorded)) return []
  return recorded.map(values => (Array.isArray(values) ? values.map(decodeMetricJson) : []))
}

/** The same of every trial that has some, by number. */
export function replicatesByTrial(events: readonly EventRecord[]): Map<number, number[][]> {
  const replicates = new Map<number, number[][]>()
  for (const event of events) {
    const { kind, trialNumber, detail } = event
    if (kind !== 'trial.finished' || trialNumber === null || !('replicates' in detail)) continue
    replicates.set(trialNumber, replicatesOf([event], trialNumber))
  }
  return replicates
}

/** The first goal's values of the same. */
export function trainingValues(events: readonly EventRecord[]): Map<number, number[]> {
  return new Map(
    [...replicatesByTrial(events)].map(([number, trainings]) => [
      number,
      trainings.map(([value = Number.NaN]) => value),
    ]),
  )
}

function endOf(events: readonly EventRecord[], trialNumber: number): JsonObject {
  const end = events.findLast(
    event => event.kind === 'trial.finished' && event.trialNumber === trialNumber,
  )
  return end?.detail ?? {}
}

/**
 * The step up to which a model of all rows is trained: the trial's best one; of several trainings the median of theirs, since the best
 * step of a single fold is a matter of luck. Trials of earlier versions know that of the first only.
 */
export function refitStep(
  events: readonly EventRecord[],
  { number, bestStep }: Pick<TrialRecord, 'number' | 'bestStep'>,
): number | null {
  const recorded = endOf(events, number)['replicateSteps']
  const steps = Array.isArray(recorded) ? recorded.filter(step => typeof step === 'number') : []
  return steps.length === 0 ? bestStep : Math.round(median(steps))
}

/** Standard deviation of a sample (divided by one less than its number); NaN for fewer than two. */
export function sampleDeviation(values: readonly number[]): number {
  if (values.length < 2) return Number.NaN
  const center = mean(values)
  const squares = values.reduce((sum, value) => sum + (value - center) ** 2, 0)
  return Math.sqrt(squares / (values.length - 1))
}
