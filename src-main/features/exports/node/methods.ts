import type { Handlers } from '../../api/common/method.ts'
import type { MethodContext } from '../../api/node/method-context.ts'
import { ticketOf } from '../../analysis/node/query-service.ts'
import type { exportMethods } from '../common/methods.ts'
import { downloadOf } from './download.ts'

/** Trials for other programs. */
export function exportHandlers({
  store,
  queries,
}: Pick<MethodContext, 'store' | 'queries'>): Handlers<typeof exportMethods> {
  return {
    'study.export': async ({ ticket, ...request }) => {
      const file = await queries.ask({ kind: 'export', ...request }, ticketOf(ticket))
      return downloadOf(store, request.studyId, file)
    },
  }
}
