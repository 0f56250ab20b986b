import { answer } from '../../../core/processes/call.ts'
import { reportRequestSchema, reportTicket } from '../../../core/questions/report.ts'
import type { ExportedFile } from '../../api/common/exported-file.ts'
import { method } from '../../api/common/method.ts'

/** Reports of studies. */
export const reportMethods = {
  'study.report': method(answer<ExportedFile>, reportRequestSchema.shape, { scope: 'read' }),
  /** Ends the building of a report; its request then fails. One that has ended already is none. */
  'study.cancelReport': method(answer<null>, { ticket: reportTicket }, { scope: 'read' }),
} as const
