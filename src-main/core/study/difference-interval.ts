import { type MessageDescriptor, msg, verbatim } from '../errors/message.ts'
import { formatMetric } from '../i18n/format-number.ts'
import { areShares, pointsText } from './share-metric.ts'

/** The 95 % interval of a difference between two trials, from trainings that both have. */
export interface DifferenceInterval {
  readonly low: number
  readonly high: number
  /** ≥ 2. */
  readonly trainings: number
}

/** Whether a difference is told from none: only then is one trial called better than another in bold or green. */
export function isSure(interval: DifferenceInterval | null): boolean {
  return interval !== null && (interval.low > 0 || interval.high < 0)
}

/** The interval of a difference in words, in points for shares, or that there is none. */
export function intervalMessage(
  metric: string,
  interval: DifferenceInterval | null,
): MessageDescriptor {
  if (interval === null) return msg('difference.none')
  const { low, high, trainings } = interval
  const text = (end: number): string =>
    `${end < 0 ? '−' : end > 0 ? '+' : ''}${sizeText(metric, interval, end)}`
  return msg(isInPoints(metric, interval) ? 'difference.points' : 'difference.interval', {
    low: text(low),
    high: text(high),
    trainings,
  })
}

/** The middle of an interval without its sign, in the unit of {@link intervalMessage}: `3,664`, `4 points`. */
export function sizeMessage(metric: string, interval: DifferenceInterval): MessageDescriptor {
  const size = sizeText(metric, interval, (interval.low + interval.high) / 2)
  return isInPoints(metric, interval) ? msg('study.points', { points: size }) : verbatim(size)
}

function isInPoints(metric: string, { low, high }: DifferenceInterval): boolean {
  return areShares(metric, Math.abs(low), Math.abs(high))
}

function sizeText(metric: string, interval: DifferenceInterval, difference: number): string {
  const size = Math.abs(difference)
  return isInPoints(metric, interval) ? pointsText(size) : formatMetric(size)
}
