import type { Problem } from '../errors/problem.ts'
import type { JsonObject } from '../values/json.ts'
import type { StudySpecification } from '../study/study-specification.ts'
import type { Assignment } from '../trial/trial.ts'

/** A study file that a caller sent. */
export interface StudyFileText {
  readonly text: string
  readonly format: 'yaml' | 'json'
}

/** Problems of a study file that need the places of their keys in its text. */
export interface UnlocatedProblems extends StudyFileText {
  readonly problems: readonly Problem[]
}

/** A study whose size on the disk is forecast. */
export interface ForecastRequest {
  readonly specification: StudySpecification
  /** Properties of its data; null where they are not known. */
  readonly data: JsonObject | null
  readonly databasePath: string
}

/** A point that a person wants to be tried in a study. */
export interface PointCheck {
  readonly parameters: Assignment
  readonly specification: StudySpecification
}

/** A request that is too long to be parsed by the process that writes the database. */
export interface LongRequest {
  /** UTF-8. */
  readonly body: Uint8Array
  /** `call`: `{ method, payload }`; `payload`: of a method that the address names; `tool`: JSON-RPC of an assistant. */
  readonly form: 'call' | 'payload' | 'tool'
  /** Of a payload. */
  readonly method: string
}
