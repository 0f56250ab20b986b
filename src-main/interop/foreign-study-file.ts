import type { ImportNote } from '../contract/import-note.ts'
import type { SpaceSpecification } from '../contract/space-specification.ts'
import type { Goal } from '../contract/study-specification.ts'

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
  /** What could not be carried over as it was. */
  readonly notes: readonly ImportNote[]
}

/** Why a file is refused: where, what stands there, which rule it breaks. */
export interface ForeignFault {
  readonly field: string
  readonly value: string | number
  readonly rule: string
}

/** Thrown inside of a reader that walks a nested file; its door catches it and returns the fault. */
export class ForeignFileError extends Error {
  readonly fault: ForeignFault

  constructor(field: string, value: unknown, rule: string) {
    super(`${field}: ${rule}`)
    const plain = typeof value === 'number' ? value : shorten(value)
    this.fault = { field, value: plain, rule }
  }
}

/** @returns what `read` returns, or the fault with which it refused the file */
export function orFault<Result>(read: () => Result): Result | ForeignFault {
  try {
    return read()
  } catch (error) {
    if (error instanceof ForeignFileError) return error.fault
    throw error
  }
}

function shorten(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value))
  return text.length <= 200 ? text : `${text.slice(0, 200)}…`
}
