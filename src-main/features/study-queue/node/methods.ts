import type { Handlers } from '../../api/common/method.ts'
import { nothing } from '../../api/node/api-options.ts'
import type { MethodContext } from '../../api/node/method-context.ts'
import type { studyQueueMethods } from '../common/methods.ts'

/** Studies that wait for their turn. */
export function studyQueueHandlers({
  store,
  runConditions: service,
  gate,
}: MethodContext): Handlers<typeof studyQueueMethods> {
  return {
    'studyQueue.list': async () => {
      const names = new Map(store.listStudies().map(({ id, name }) => [id, name]))
      // One that was deleted does not start.
      return service.studyQueue.flatMap(({ study, priority }) => {
        const name = names.get(study)
        return name === undefined ? [] : [{ studyId: study, name, priority }]
      })
    },
    'studyQueue.add': async ({ studyId, priority }) => {
      await gate.requireStudy(studyId)
      return nothing(service.enqueue({ study: studyId, priority }))
    },
    'studyQueue.move': async ({ studyId, position }) => nothing(service.move(studyId, position)),
    'studyQueue.remove': async ({ studyId }) => nothing(service.dequeue(studyId)),
  }
}
