import type { Api } from '../../api/common/methods.ts'
import { type ApiOptions, nothing } from '../../api/node/api-options.ts'
import type { CodeGate } from '../../code-trust/node/methods.ts'

/** When studies hold back, and which come next. */
export function runConditionMethods(
  { store, runConditions: service, sensors }: ApiOptions,
  gate: Pick<CodeGate, 'requireStudy'>,
) {
  return {
    'runConditions.get': async () => {
      const { runConditions } = service
      const { atMs, weekMinute, isGoingToSleep, ...measured } = sensors.read(runConditions)
      return { runConditions, cause: service.state.cause, ...measured }
    },
    'runConditions.set': async ({ runConditions }) => nothing(service.set(runConditions)),
    'runConditions.machineEvent': async ({ news }) => {
      sensors.tell(news)
      return nothing(service.look())
    },
    'studyQueue.list': async () => {
      const names = new Map(store.listStudies().map(({ id, name }) => [id, name]))
      // One that was deleted does not start.
      return service.queue.flatMap(({ study, priority }) => {
        const name = names.get(study)
        return name === undefined ? [] : [{ studyId: study, name, priority }]
      })
    },
    'studyQueue.add': async ({ studyId, priority }) => {
      await gate.requireStudy(studyId)
      return nothing(service.enqueue({ study: studyId, priority }))
    },
    'studyQueue.move': async ({ studyId, place }) => nothing(service.move(studyId, place)),
    'studyQueue.remove': async ({ studyId }) => nothing(service.dequeue(studyId)),
  } satisfies Partial<Api>
}
