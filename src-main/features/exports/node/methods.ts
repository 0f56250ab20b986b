import type { Handlers } from '../../api/common/method.ts'
import type { MethodContext } from '../../api/node/method-context.ts'
import type { exportMethods } from '../common/methods.ts'
import { downloadOf } from './download.ts'

/** Trials for other programs. */
export function exportHandlers({
  store,
  queries,
}: Pick<MethodContext, 'store' | 'queries'>): Handlers<typeof exportMethods> {
  return {
    'study.export': async request =>
      downloadOf(store, request.studyId, await queries.ask({ kind: 'export', ...request })),
  }
}
