import type { fileMethods } from '../common/file-methods.ts'
import type { Handlers } from '../common/method.ts'
import { nothing } from './api-options.ts'
import type { MethodContext } from './method-context.ts'

/** Files that a face names. */
export function fileHandlers({
  files,
  transfers,
}: Pick<MethodContext, 'files' | 'transfers'>): Handlers<typeof fileMethods> {
  return {
    'file.choose': async request => nothing(files.choose(request.path)),
    'file.read': async ({ id, offset }) => transfers.read(id, offset),
  }
}
