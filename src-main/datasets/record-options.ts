import type { TableFormat } from '../core/data/table-format.ts'

/** Cells of a whole table beyond which a file is refused. */
export const MAX_CELLS = 50_000_000

/** How the records of a table are read, whichever format it has. */
export interface RecordOptions {
  readonly path: string
  /** Setting that names the file, for errors. */
  readonly field: string
  readonly format: TableFormat
  /** Words for "no value"; the first stands for cells of binary files that hold none. */
  readonly missing: readonly string[]
  /**
   * Called for every record, the names of the columns first. `line` is the 1-based line on which the
   * record ends, or the row where there are no lines. May throw an AppError, which ends the reading.
   */
  readonly onRecord: (fields: readonly string[], line: number) => void
}
