import type { Handlers } from '../../api/common/method.ts'
import { nothing } from '../../api/node/api-options.ts'
import type { MethodContext } from '../../api/node/method-context.ts'
import type { analysisMethods } from '../common/methods.ts'

/** What analysis says of studies, and which chart a person wants to keep of one. */
export function analysisHandlers({
  store,
  queries,
}: Pick<MethodContext, 'store' | 'queries'>): Handlers<typeof analysisMethods> {
  return {
    'study.analyze': async request => queries.analyze({ kind: 'analysis', ...request }),
    'studies.compare': async request => queries.analyze({ kind: 'comparison', ...request }),
    'study.keepChart': async ({ studyId, chart }) => nothing(store.setCustomChart(studyId, chart)),
  }
}
