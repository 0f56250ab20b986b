import { answer } from '../../../core/processes/call.ts'
import {
  fileKindText,
  ofStudy,
  ofTrial,
  trialNumber,
} from '../../../core/questions/request-fields.ts'
import type { FilePreview, TrialFile } from '../../../core/trial/trial-files.ts'
import type { ExportedFile } from '../../api/common/exported-file.ts'
import { method } from '../../api/common/method.ts'
import { z } from 'zod'

/** Small pictures that one answer holds at most. */
export const THUMBNAIL_LIMIT = 60

/** Files that programs left with their trials. */
export const artifactMethods = {
  /** Files that programs left with their trials: by trial, name and step. */
  'study.files': method(answer<StudyFiles>, ofStudy, { scope: 'read' }),
  /** Small pictures as JPEG in base 64, in the order asked for; null where there is none. */
  'study.thumbnails': method(
    answer<readonly (string | null)[]>,
    {
      ...ofStudy,
      files: z
        .array(z.strictObject({ number: trialNumber, kind: fileKindText }))
        .max(THUMBNAIL_LIMIT),
    },
    { scope: 'read' },
  ),
  /** Whole, with a media type that its bytes were found to have. */
  'trial.file': method(answer<ExportedFile>, { ...ofTrial, kind: fileKindText }, { scope: 'read' }),
  /** The beginning of a text, or of a table as rows. */
  'trial.filePreview': method(
    answer<FilePreview>,
    { ...ofTrial, kind: fileKindText },
    { scope: 'read' },
  ),
} as const

interface StudyFiles {
  readonly files: readonly TrialFile[]
  /** Trials some of whose files are not kept. */
  readonly lacking: number
}
