import { msg } from '../../errors/message.ts'
import { defineStop } from '../stop-definition.ts'

/** Ends a study once the newest trials hardly lower what is left to gain. */
export const emmrStop = defineStop({
  name: 'emmr',
  report: (share, { number }) => msg('report.stop.emmr', { value: number(100 * share) }),
})
