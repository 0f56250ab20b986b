import type { TableDialect } from '../table-format.ts'

/** The reading of a column of a file; `nothing`: it would be left out. */
export type ColumnReading = 'number' | 'category' | 'nothing'

/** How a table would be read, before a study is made over it. */
export interface TablePreview {
  /** Absolute path. */
  readonly file: string
  readonly bytes: number
  readonly dialect: TableDialect
  readonly rows: number
  readonly columns: readonly {
    readonly name: string
    readonly reading: ColumnReading
    /** Rows without a value. */
    readonly missing: number
    /** Different values; null for more than are counted. */
    readonly distinct: number | null
    /** Values that are no number in a column of numbers for the most part. */
    readonly texts: number
    readonly firstText: { readonly value: string; readonly line: number } | null
    /** The first values are dates or times, so the column can decide a split by time. */
    readonly isTime: boolean
  }[]
  /** The first rows as they were read. */
  readonly head: readonly (readonly string[])[]
}
