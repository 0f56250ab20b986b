import type { Api } from '../../api/common/methods.ts'
import { type ApiOptions, nothing } from '../../api/node/api-options.ts'
import type { CodeGate } from '../../code-trust/node/methods.ts'

/** When studies hold back, and which come next. */
export function mannerMethods(
  { store, manners: desk, sensors }: ApiOptions,
  gate: Pick<CodeGate, 'requireStudy'>,
) {
  return {
    'manners.get': async () => {
      const { manners } = desk
      const { atMs, weekMinute, isGoingToSleep, ...measured } = sensors.read(manners)
      return { manners, cause: desk.state.cause, ...measured }
    },
    'manners.set': async ({ manners }) => nothing(desk.set(manners)),
    'manners.news': async ({ news }) => {
      sensors.tell(news)
      return nothing(desk.look())
    },
    'queue.list': async () => {
      const names = new Map(store.listStudies().map(({ id, name }) => [id, name]))
      // One that was deleted does not start.
      return desk.queue.flatMap(({ study, priority }) => {
        const name = names.get(study)
        return name === undefined ? [] : [{ studyId: study, name, priority }]
      })
    },
    'queue.add': async ({ studyId, priority }) => {
      await gate.requireStudy(studyId)
      return nothing(desk.enqueue({ study: studyId, priority }))
    },
    'queue.move': async ({ studyId, place }) => nothing(desk.move(studyId, place)),
    'queue.remove': async ({ studyId }) => nothing(desk.dequeue(studyId)),
  } satisfies Partial<Api>
}
