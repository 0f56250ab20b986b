import type { z } from 'zod'
import type { Problem } from '../../errors/problem.ts'

/** A study file as it was read, before it is checked. */
export type RawStudy = Readonly<Record<string, unknown>>

/** A key of the study file: `study-keys.ts` lists them. */
export interface StudyKey<Schema extends z.ZodType = z.ZodType> {
  /** With its default, and the key of the text that explains it. */
  readonly schema: Schema
  /** How a study file that is written lays it out: on one line, or with a line for each of its entries. Default: as YAML does. */
  readonly layout?: 'oneLine' | 'linePerEntry'
  /** What is wrong with it beyond its schema, other keys considered. */
  readonly rules?: (value: unknown, study: RawStudy) => readonly Problem[]
}

export function studyKey<Schema extends z.ZodType>(
  schema: Schema,
  rest: Omit<StudyKey, 'schema'> = {},
): StudyKey<Schema> {
  return { schema, ...rest }
}
