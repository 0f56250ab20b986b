import type { z } from 'zod'
import type { IngestSource } from '../processes/ingest-protocol.ts'
import type { JsonObject } from '../values/json.ts'

/** In what form a task has its rows. */
type DataKind = IngestSource['kind']

type Keys = Readonly<Record<string, unknown>>

/**
 * The pure half of a task, for whoever asks about its data: the page, the ingest process, readers of models. What it
 * trains is in `training/tasks/<name>/`.
 */
export interface TaskDefinition<Data = unknown> {
  readonly name: string
  readonly dataKind: DataKind
  /** Of the key `data` of an objective. */
  readonly dataSchema: z.ZodType<Data>
  /**
   * What the ingest process is asked to read.
   * @param resolve makes the paths of files and folders absolute
   */
  source(data: Data, resolve: <Files extends object>(files: Files) => Files): IngestSource
  /** Endings of names of files with such data, lowercase and without compression. */
  readonly fileEndings: readonly string[]
  /**
   * `data` of an objective that trains on a file or folder, the rest still to be chosen.
   * @param isTable whether its name is that of a table
   */
  readonly startingData: (path: string, isTable: boolean) => JsonObject
  /** Data that come with the application. Absent: none. */
  readonly sampleData?: JsonObject
  /** Where `data` may name the file of a table. Absent: such data are never one. */
  readonly table?: {
    /** The keys that say how the table is read, if `data` name one. */
    read(data: unknown): unknown
    /** The same data with other keys of the table. */
    write(data: Keys, table: Keys): Keys
  }
  /** Its dense layers see the rows themselves: without hidden ones, no dropout stands before the output. */
  readonly seesRowsFirst?: true
  /** The parameter that says what a step is: an epoch, a round of boosting, a tree, all of a fit. Absent: always an epoch. */
  readonly familyParameter?: string
}

/** A definition with the type of its name. */
export function defineTask<Data, const Name extends string>(
  definition: TaskDefinition<Data> & { readonly name: Name },
): TaskDefinition<Data> & { readonly name: Name } {
  return definition
}
