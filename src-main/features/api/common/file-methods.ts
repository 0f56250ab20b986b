import { answer } from '../../../core/processes/call.ts'
import { filePath } from '../../../core/questions/request-fields.ts'
import type { DownloadPart } from './download.ts'
import { method } from './method.ts'
import { z } from 'zod'

/** Files that a face names. */
export const fileMethods = {
  /** A person typed this path: the page may name it from now on. */
  'file.choose': method(answer<null>, { path: filePath }, { scope: null, changesNothing: true }),
  /** A part of a file that was made for the caller. Over HTTP it comes as a whole, see `Download`. */
  'file.read': method(
    answer<DownloadPart>,
    { id: z.string().max(100), offset: z.int().min(0) },
    { scope: null, changesNothing: true },
  ),
} as const
