import { msg } from '../../errors/message.ts'
import { defineStop } from '../stop-definition.ts'

/** Ends a study after so many trials without a better one. */
export const stagnationStop = defineStop({
  name: 'stagnation',
  report: count => msg('report.stop.stagnation', { count }),
})
