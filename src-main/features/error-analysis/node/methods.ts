import type { Handlers } from '../../api/common/method.ts'
import type { MethodContext } from '../../api/node/method-context.ts'
import type { errorAnalysisMethods } from '../common/methods.ts'

/** Where models err. */
export function errorAnalysisHandlers({
  queries,
}: Pick<MethodContext, 'queries'>): Handlers<typeof errorAnalysisMethods> {
  return {
    'study.errors': async request => queries.analyze({ kind: 'errors', ...request }),
  }
}
