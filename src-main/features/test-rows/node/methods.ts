import type { Handlers } from '../../api/common/method.ts'
import type { MethodContext } from '../../api/node/method-context.ts'
import { downloadOf } from '../../exports/node/download.ts'
import type { testRowMethods } from '../common/methods.ts'

/** Rows that a study over a table holds back until its end. */
export function testRowHandlers({
  store,
  queries,
}: Pick<MethodContext, 'store' | 'queries'>): Handlers<typeof testRowMethods> {
  return {
    'study.testRows': async request => queries.analyze({ kind: 'testRows', ...request }),
    'study.testRowsFile': async ({ studyId }) =>
      downloadOf(store, studyId, await queries.ask({ kind: 'testRowsFile', studyId })),
  }
}
