import { msg } from '../../errors/message.ts'
import { defineStop, type GivenStop, limitOf } from '../stop-definition.ts'

/** Ends a study after so much wall time of all sessions together. */
export const minutesStop = defineStop({
  name: 'minutes',
  report: (minutes, { duration }) =>
    msg('report.stop.minutes', { duration: duration(minutes * 60_000) }),
})

/** How long all sessions of a study take at most; null where it does not say. */
export function wallTimeLimitMs(stop: GivenStop): number | null {
  const minutes = limitOf(stop, minutesStop.name)
  return minutes === null ? null : minutes * 60_000
}
