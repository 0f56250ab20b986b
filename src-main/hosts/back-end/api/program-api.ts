import type { Caller } from '../../../core/study/caller.ts'
import { methodScopes } from '../../../features/api/common/method-scopes.ts'
import { type Api, type Method, requestSchemas } from '../../../features/api/common/methods.ts'
import { isObject } from '../../../core/values/json.ts'
import type { StudySpecification } from '../../../core/study/study-specification.ts'
import type { ApiOptions } from '../../../features/api/node/api-options.ts'
import { CodeGate } from '../../../features/code-trust/node/methods.ts'
import { dataMethods } from '../../../features/datasets/node/methods.ts'
import type { FileGate } from '../../../features/api/node/file-gate.ts'
import { fileMethods } from '../../../features/api/node/file-methods.ts'
import { interventionMethods } from '../../../features/interventions/node/methods.ts'
import { runConditionMethods } from '../../../features/run-conditions/node/methods.ts'
import { modelMethods } from '../../../features/models/node/methods.ts'
import { outputMethods } from '../../../features/reports/node/methods.ts'
import { startMethods } from '../../../features/studies/node/methods.ts'

type Objective = StudySpecification['objective']

interface ProgramApiOptions {
  readonly options: ApiOptions
  /** What a page has. */
  readonly page: Api
  readonly files: FileGate
  readonly parse: (request: { text: string; format: 'yaml' | 'json' }) => StudySpecification
}

/**
 * The API for a program in the name of `caller`. It differs from a page's in this: trusted code needs no second look of a person, for a
 * person allowed the program to start it; files are those beside the database and those that a person chose, data of study files
 * included; and whatever it changes is an event that names it.
 */
export function programApi(
  { options, page, files, parse }: ProgramApiOptions,
  caller: Caller,
): Api {
  const gate = new CodeGate({ ...options, kind: 'program' })
  const by = { ...caller }
  const api: Api = {
    ...page,
    ...startMethods(options, { gate, files, parse }),
    ...dataMethods(options, files, parse),
    ...runConditionMethods(options, gate),
    ...fileMethods(options, files),
    ...modelMethods(options, files),
    ...outputMethods(options, gate),
    ...interventionMethods(options, by),
  }

  /** Data files that a request names in a study file or an objective. */
  function requireData(request: object): void {
    if ('text' in request && 'format' in request) {
      const { text, format } = request as { text: string; format: 'yaml' | 'json' }
      files.requireData(parse({ text, format }).objective)
    } else if ('objective' in request) files.requireData(request.objective as Objective)
  }

  /** Of what leaves no event of its own. */
  function record(method: Method, request: object, answer: unknown): void {
    if (methodScopes[method] === 'read' || namesCaller(answer)) return
    for (const studyId of studiesOf(request, answer)) {
      const detail = { method, by }
      const event = {
        kind: 'program.acted',
        trialNumber: null,
        detail,
        atMs: options.now(),
      } as const
      options.store.recordEvent(studyId, event)
    }
  }

  const methods = Object.keys(requestSchemas) as Method[]
  return Object.fromEntries(
    methods.map(method => [
      method,
      async (request: never): Promise<unknown> => {
        // A study file that does not parse is answered as the method answers it.
        if (method !== 'study.check') requireData(request)
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
