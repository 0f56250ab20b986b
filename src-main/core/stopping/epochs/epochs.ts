import { msg } from '../../errors/message.ts'
import { defineStop } from '../stop-definition.ts'

/** Ends a study once its trials have trained for so many epochs together. */
export const epochsStop = defineStop({
  name: 'epochs',
  report: count => msg('report.stop.epochs', { count }),
})
