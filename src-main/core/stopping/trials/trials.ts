import { msg } from '../../errors/message.ts'
import { defineStop, type GivenStop, limitOf } from '../stop-definition.ts'

/** Ends a study after so many trials. */
export const trialsStop = defineStop({
  name: 'trials',
  report: count => msg('report.stop.trials', { count }),
})

/** How many trials a study has at most; null where it does not say. */
export function trialLimit(stop: GivenStop): number | null {
  return limitOf(stop, trialsStop.name)
}
