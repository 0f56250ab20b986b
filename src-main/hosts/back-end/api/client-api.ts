import type { JsonObject } from '../../../core/values/json.ts'
import { isObject } from '../../../core/values/json.ts'
import type { StudySpecification } from '../../../core/study/study-specification.ts'
import { type Api, type Method, scopeOf } from '../../../features/api/common/methods.ts'
import type { MethodContext } from '../../../features/api/node/method-context.ts'

type Objective = StudySpecification['objective']

interface ClientApiOptions extends Pick<MethodContext, 'store' | 'files' | 'studyTexts' | 'now'> {
  readonly by: JsonObject
}

/**
 * The API for a program in the name of a caller. It differs from a page's in this: trusted code needs no second look of a person; files are
 * those beside the database and those that a person chose, data of study files included; and whatever it changes is an event that names it.
 * @param api whose methods have the gates of a program
 */
export function clientApi(api: Api, { store, files, studyTexts, now, by }: ClientApiOptions): Api {
  /** Data files that a request names in a study file or an objective. */
  async function requireData(request: object): Promise<void> {
    if ('text' in request && 'format' in request) {
      const { text, format } = request as { text: string; format: 'yaml' | 'json' }
      files.requireData((await studyTexts.require({ text, format })).objective)
    } else if ('objective' in request) files.requireData(request.objective as Objective)
  }

  /** Of what leaves no event of its own. */
  function record(method: Method, request: object, answer: unknown): void {
    if (scopeOf(method) === 'read' || namesCaller(answer)) return
    for (const studyId of studiesOf(request, answer)) {
      const detail = { method, by }
      const event = {
        kind: 'program.acted',
        trialNumber: null,
        detail,
        atMs: now(),
      } as const
      store.recordEvent(studyId, event)
    }
  }

  const methods = Object.keys(api) as Method[]
  return Object.fromEntries(
    methods.map(method => [
      method,
      async (request: never): Promise<unknown> => {
        // A study file that does not parse is answered as the method answers it.
        if (method !== 'study.check') await requireData(request)
        const answer: unknown = await api[method](request)
        record(method, request, answer)
        return answer
      },
    ]),
  ) as unknown as Api
}

function namesCaller(answer: unknown): boolean {
  const event: unknown = Array.isArray(answer) ? answer[0] : answer
  return isObject(event) && isObject(event['detail']) && 'by' in event['detail']
}

/** Studies that an answer names, or else its request. */
function studiesOf(request: object, answer: unknown): readonly number[] {
  const named = [answer].flat().flatMap(idsIn)
  return named.length > 0 ? named : idsIn(request)
}

function idsIn(payload: unknown): readonly number[] {
  if (!isObject(payload)) return []
  if (Array.isArray(payload['studyIds'])) return payload['studyIds'] as number[]
  return typeof payload['studyId'] === 'number' ? [payload['studyId']] : []
}
