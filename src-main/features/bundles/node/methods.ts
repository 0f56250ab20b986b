import type { Handlers } from '../../api/common/method.ts'
import type { MethodContext } from '../../api/node/method-context.ts'
import { ticketOf } from '../../analysis/node/query-service.ts'
import { downloadOf } from '../../exports/node/download.ts'
import type { bundleMethods } from '../common/methods.ts'

/** A study with its files, as one file. */
export function bundleHandlers({
  store,
  queries,
  now,
}: Pick<MethodContext, 'store' | 'queries' | 'now'>): Handlers<typeof bundleMethods> {
  return {
    'study.bundle': async ({ studyId, ticket }) => {
      const task = { kind: 'bundle', studyId, atMs: now() } as const
      return downloadOf(store, studyId, await queries.ask(task, ticketOf(ticket)))
    },
  }
}
