import type { Handlers } from '../../api/common/method.ts'
import { nothing } from '../../api/node/api-options.ts'
import type { MethodContext } from '../../api/node/method-context.ts'
import type { verifyMethods } from '../common/methods.ts'

/** Whether the record of a study holds. */
export function verifyHandlers({
  store,
  queries,
  gate,
}: MethodContext): Handlers<typeof verifyMethods> {
  return {
    'study.verify': async request => {
      if (request.retrain.length > 0) await gate.requireStudy(request.studyId)
      else store.studyById(request.studyId)
      return nothing(queries.verify(request))
    },
    'study.verification': async ({ studyId }) => queries.verification(studyId),
    'study.stopVerifying': async ({ studyId }) => nothing(queries.stopVerifying(studyId)),
  }
}
