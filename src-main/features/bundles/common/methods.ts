import { answer } from '../../../core/processes/call.ts'
import { ofStudy } from '../../../core/questions/request-fields.ts'
import type { ExportedFile } from '../../api/common/exported-file.ts'
import { method } from '../../api/common/method.ts'

/** A study with its files, as one file. */
export const bundleMethods = {
  /** With models, checkpoints and logs, as one file. */
  'study.bundle': method(answer<ExportedFile>, ofStudy, { scope: 'read' }),
} as const
