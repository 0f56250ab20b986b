import { languages } from '../../../core/i18n/language.ts'
import { answer } from '../../../core/processes/call.ts'
import type { ImportNote } from '../../../core/study/import-note.ts'
import {
  importRequestSchema,
  importedSourceSchema,
  type ImportDescription,
} from '../../../core/study/import.ts'
import { method } from '../../api/common/method.ts'
import { z } from 'zod'

/** Studies of other programs. */
export const importMethods = {
  /** The language of the comments in a study file that the answer holds. */
  'import.describe': method(
    answer<ImportDescription>,
    {
      file: importedSourceSchema,
      language: z.enum(languages),
    },
    { scope: 'read' },
  ),
  'import.run': method(answer<readonly ImportedRow[]>, importRequestSchema.shape, {
    scope: 'steer',
  }),
} as const

export interface ImportedRow {
  readonly studyId: number
  readonly name: string
  readonly trials: number
  /** Things that could not be carried over as they were. */
  readonly notes: readonly ImportNote[]
}
