import { answer } from '../../../core/processes/call.ts'
import { exportRequestSchema } from '../../../core/questions/report.ts'
import type { ExportedFile } from '../../api/common/exported-file.ts'
import { ofWork } from '../../../core/questions/request-fields.ts'
import { method } from '../../api/common/method.ts'

/** Trials for other programs. */
export const exportMethods = {
  'study.export': method(
    answer<ExportedFile>,
    { ...exportRequestSchema.shape, ...ofWork },
    { scope: 'read' },
  ),
} as const
