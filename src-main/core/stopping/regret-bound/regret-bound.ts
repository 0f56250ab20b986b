import { msg } from '../../errors/message.ts'
import { defineStop } from '../stop-definition.ts'

/** Ends a study once a model says how little is left to gain. */
export const regretBoundStop = defineStop({
  name: 'regretBound',
  report: (limit, { metric, number }) =>
    msg('report.stop.regretBound', { metric, value: number(limit) }),
})
