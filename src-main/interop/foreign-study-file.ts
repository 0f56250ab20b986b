import type { MessageDescriptor } from '../core/errors/message.ts'
import type { ImportNote } from '../core/study/import-note.ts'
import type { SpaceSpecification } from '../core/study/space-specification.ts'
import type { Goal } from '../core/study/study-specification.ts'

/** A file of another program that says what is to be searched, as the beginning of a study file. */
export interface ForeignStudyFile {
  readonly program: string
  /** Null where the file has no name for it. */
  readonly name: string | null
  /** Empty where the file does not say what is measured. */
  readonly goals: readonly Goal[]
  readonly space: SpaceSpecification
  /** Further sections of a study file: objective, sampler, pruner, stop. */
  readonly sections: Readonly<Record<string, unknown>>
  /** Parts that could not be carried over as they were. */
  readonly notes: readonly ImportNote[]
}

/** Why a reader refuses a file: where, what stands there, which rule it breaks. Its caller knows the path of the file. */
export class ForeignFileError extends Error {
  readonly field: string
  readonly value: string | number
  readonly rule: MessageDescriptor
  /** Counts from 1. */
  readonly line: number | undefined

  constructor(field: string, value: unknown, rule: MessageDescriptor, line?: number) {
    super(`${field}: ${rule.code}`)
    this.field = field
    this.value = typeof value === 'number' ? value : shorten(value)
    this.rule = rule
    this.line = line
  }
}

function shorten(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value))
  return text.length <= 200 ? text : `${text.slice(0, 200)}…`
}
