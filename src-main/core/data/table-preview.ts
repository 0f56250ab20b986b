import type { ColumnRemarks, ColumnType } from './column-format.ts'
import type { TableDialect } from './table-format.ts'

/** The reading of a column of a file; `nothing`: it would be left out. */
type ColumnReading = ColumnType | 'nothing'

/** How a column would be read. */
interface PreviewColumn extends ColumnRemarks {
  readonly reading: ColumnReading
  /** Rows without a value. */
  readonly missing: number
  /** Different values; null for more than are counted. */
  readonly distinct: number | null
}

/** How a table would be read, before a study is made over it. */
export interface TablePreview {
  /** Absolute path. */
  readonly file: string
  readonly bytes: number
  readonly dialect: TableDialect
  readonly rows: number
  readonly columns: readonly PreviewColumn[]
  /** The first rows as they were read. */
  readonly head: readonly (readonly string[])[]
}
