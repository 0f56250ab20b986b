import { answer } from '../../../core/processes/call.ts'
import { ofStudy } from '../../../core/questions/request-fields.ts'
import { testRowsRequestSchema, type TestRowTable } from '../../../core/questions/test-rows.ts'
import type { ExportedFile } from '../../api/common/exported-file.ts'
import { method } from '../../api/common/method.ts'

/** Rows that a study over a table holds back until its end. */
export const testRowMethods = {
  /** The first rows that a study over a table holds back, with predictions. */
  'study.testRows': method(answer<TestRowTable>, testRowsRequestSchema.shape, { scope: 'read' }),
  /** All of them, as CSV. */
  'study.testRowsFile': method(answer<ExportedFile>, ofStudy, { scope: 'read' }),
} as const
