import { answer } from '../../../core/processes/call.ts'
import { reportRequestSchema } from '../../../core/questions/report.ts'
import type { ExportedFile } from '../../api/common/exported-file.ts'
import { ofWork } from '../../../core/questions/request-fields.ts'
import { method } from '../../api/common/method.ts'

/** Reports of studies. */
export const reportMethods = {
  'study.report': method(
    answer<ExportedFile>,
    { ...reportRequestSchema.shape, ...ofWork },
    { scope: 'read' },
  ),
} as const
