import type { Handlers } from '../../api/common/method.ts'
import type { MethodContext } from '../../api/node/method-context.ts'
import type { readOnlyMethods } from '../common/methods.ts'

/** Who writes the database. */
export function readOnlyHandlers({
  writer,
}: Pick<MethodContext, 'writer'>): Handlers<typeof readOnlyMethods> {
  return { 'app.writer': async () => writer() }
}
