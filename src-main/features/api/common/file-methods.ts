import { answer } from '../../../core/processes/call.ts'
import { filePath } from '../../../core/questions/request-fields.ts'
import { method } from './method.ts'

/** Files that a face names. */
export const fileMethods = {
  /** A person typed this path: the page may name it from now on. */
  'file.choose': method(answer<null>, { path: filePath }, { scope: null, changesNothing: true }),
} as const
