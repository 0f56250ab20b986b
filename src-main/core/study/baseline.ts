import { z } from 'zod'
import { type MessageDescriptor, msg, verbatim } from '../errors/message.ts'
import { formatMetric, formatPercent } from '../i18n/format-number.ts'
import { isBetter } from '../trial/ranking.ts'
import { type DifferenceInterval, intervalMessage, sizeMessage } from './difference-interval.ts'
import { areShares, pointsText } from './share-metric.ts'
import type { Goal } from './study-specification.ts'

/** What a person compares the trials of a study with: one of its trials, or a value of the first goal, such as that of the model in use. */
export const baselineSchema = z.union([
  z.strictObject({ trial: z.int().min(0) }),
  z.strictObject({ value: z.number() }),
])
export type Baseline = z.output<typeof baselineSchema>

/** A baseline with its value by the first goal. */
export interface BaselineValue {
  /** Null: a value that no trial has reached. */
  readonly trialNumber: number | null
  readonly value: number
}

/** How the best trial compares with the baseline. */
export interface BaselineComparison extends BaselineValue {
  /** The value of the best trial less that of the baseline; over the trainings that both have, where one of them has only a part. */
  readonly difference: number
  readonly isBetter: boolean
  /** Of the difference; null where the best trial or the baseline was trained only once. */
  readonly interval: DifferenceInterval | null
}

/**
 * @param valuesOf of a trial, by goal; undefined where there is no such trial
 * @returns null without a baseline, and while its trial has no value
 */
export function baselineValue(
  baseline: Baseline | null | undefined,
  valuesOf: (trial: number) => readonly number[] | undefined,
): BaselineValue | null {
  if (baseline == null) return null
  if ('value' in baseline) return { trialNumber: null, value: baseline.value }
  const value = valuesOf(baseline.trial)?.[0]
  return value === undefined || Number.isNaN(value) ? null : { trialNumber: baseline.trial, value }
}

/** @param trainings how often a configuration is trained */
export function compareWithBaseline(
  value: number,
  baseline: BaselineValue,
  { direction }: Pick<Goal, 'direction'>,
  interval: DifferenceInterval | null = null,
  trainings = 1,
): BaselineComparison {
  // The value of a trial with a part of its trainings is an estimate: its difference would not lie in the middle of the interval.
  const difference =
    interval !== null && interval.trainings < trainings
      ? (interval.low + interval.high) / 2
      : value - baseline.value
  return {
    ...baseline,
    difference,
    isBetter: isBetter(baseline.value + difference, baseline.value, direction),
    interval,
  }
}

/** More would say little as a percentage: `+153,000 %`. */
const MAX_RATIO = 10

/**
 * A difference from a baseline in points for shares, else in percent of it; as it is where that says nothing. Empty for none.
 * @param interval of the difference: with one, both have the same unit
 */
export function differenceMessage(
  metric: string,
  value: number,
  baseline: number,
  interval: DifferenceInterval | null = null,
): MessageDescriptor {
  if (interval !== null) {
    const middle = (interval.low + interval.high) / 2
    return msg('difference.signed', {
      sign: middle > 0 ? '+' : middle < 0 ? '−' : '±',
      difference: sizeMessage(metric, interval),
    })
  }
  const difference = value - baseline
  const sign = difference > 0 ? '+' : difference < 0 ? '−' : '±'
  if (areShares(metric, value, baseline)) {
    return msg('study.points', { points: `${sign}${pointsText(Math.abs(difference))}` })
  }
  const share = Math.abs(difference / baseline)
  return verbatim(
    baseline === 0 || !Number.isFinite(share) || share > MAX_RATIO
      ? `${sign}${formatMetric(Math.abs(difference))}`
      : `${sign}${formatPercent(share)}`,
  )
}

/** The baseline by its name: `trial 3`, or the value. */
function baselineName({ trialNumber, value }: BaselineValue): MessageDescriptor {
  return trialNumber === null
    ? verbatim(formatMetric(value))
    : msg('study.bestTrial', { number: trialNumber })
}

/** `−4 % vs. baseline (trial 3), no interval: trained once`, `−0.03 vs. baseline (trial 3), 95 % interval −0.05 … −0.01, 5 trainings` @param best the number of the best trial, which may be the baseline itself */
export function baselineMessage(
  metric: string,
  best: number,
  { trialNumber, value, difference, interval }: BaselineComparison,
): MessageDescriptor {
  if (trialNumber === best) return msg('baseline.isBest')
  return msg('baseline.against', {
    difference: differenceMessage(metric, value + difference, value, interval),
    baseline: baselineName({ trialNumber, value }),
    interval: intervalMessage(metric, interval),
  })
}

/** What is the baseline from now on. */
export function pinnedMessage(baseline: Baseline | null): MessageDescriptor {
  if (baseline === null) return msg('baseline.cleared')
  const named =
    'trial' in baseline
      ? { trialNumber: baseline.trial, value: Number.NaN }
      : { trialNumber: null, value: baseline.value }
  return msg('baseline.pinned', { baseline: baselineName(named) })
}
