import { type MessageDescriptor, msg } from '../errors/message.ts'
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
  const isShare = areShares(metric, Math.abs(low), Math.abs(high))
  const text = (end: number): string => {
    const size = isShare ? pointsText(Math.abs(end)) : formatMetric(Math.abs(end))
    return `${end < 0 ? '−' : end > 0 ? '+' : ''}${size}`
  }
  return msg(isShare ? 'difference.points' : 'difference.interval', {
    low: text(low),
    high: text(high),
    trainings,
  })
}
