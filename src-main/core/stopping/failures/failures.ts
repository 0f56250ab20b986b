import { msg } from '../../errors/message.ts'
import { defineStop } from '../stop-definition.ts'

/** Ends a study whose trials fail. */
export const failuresStop = defineStop({
  name: 'failures',
  report: count => msg('report.stop.failures', { count }),
  countsOwnTrials: true,
})
