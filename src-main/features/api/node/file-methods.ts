import type { fileMethods } from '../common/file-methods.ts'
import type { Handlers } from '../common/method.ts'
import { nothing } from './api-options.ts'
import type { MethodContext } from './method-context.ts'

/** Files that a face names. */
export function fileHandlers({
  files,
}: Pick<MethodContext, 'files'>): Handlers<typeof fileMethods> {
  return {
    'file.choose': async request => nothing(files.choose(request.path)),
  }
}
