import { msg } from '../../errors/message.ts'
import { defineStop } from '../stop-definition.ts'

/** Ends a study once its best trial reaches a value of the first goal. */
export const targetStop = defineStop({
  name: 'target',
  report: (limit, { metric, number }) =>
    msg('report.stop.target', { metric, value: number(limit) }),
})
