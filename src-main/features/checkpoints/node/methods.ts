import type { Handlers } from '../../api/common/method.ts'
import type { MethodContext } from '../../api/node/method-context.ts'
import type { checkpointMethods } from '../common/methods.ts'
import { checkpointOverview } from './checkpoint-overview.ts'

/** Checkpoints that a study keeps. */
export function checkpointHandlers({
  store,
}: Pick<MethodContext, 'store'>): Handlers<typeof checkpointMethods> {
  return {
    'study.checkpoints': async ({ studyId }) => checkpointOverview(store, store.studyById(studyId)),
  }
}
