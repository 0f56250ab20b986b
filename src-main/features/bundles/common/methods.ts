import { answer } from '../../../core/processes/call.ts'
import { ofStudy, ofWork } from '../../../core/questions/request-fields.ts'
import type { ExportedFile } from '../../api/common/exported-file.ts'
import { method } from '../../api/common/method.ts'

/** A study with its files, as one file. */
export const bundleMethods = {
  /** With models, checkpoints and logs, as one file. */
  'study.bundle': method(answer<ExportedFile>, { ...ofStudy, ...ofWork }, { scope: 'read' }),
} as const
