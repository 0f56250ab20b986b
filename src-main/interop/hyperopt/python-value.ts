import type { ForeignFileError } from '../foreign-study-file.ts'

/** `hp.…(…)` */
export interface PythonParameter {
  readonly kind: 'parameter'
  /** The word after `hp.`. */
  readonly distribution: string
  readonly values: readonly PythonValue[]
  readonly named: ReadonlyMap<string, PythonValue>
  readonly whole: boolean
  readonly line: number
}

/** The value of an expression in a Hyperopt space. */
export type PythonValue =
  | { readonly kind: 'literal'; readonly value: number | string | boolean | null }
  | { readonly kind: 'list'; readonly items: readonly PythonValue[] }
  | { readonly kind: 'dict'; readonly entries: readonly (readonly [PythonValue, PythonValue])[] }
  | PythonParameter
  /** Something that only Python can work out, and why; an error where it is used. */
  | { readonly kind: 'unknown'; readonly error: ForeignFileError }
