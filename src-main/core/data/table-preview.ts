import type { ExclusionReason } from './column-exclusion.ts'
import type { ColumnRemarks, ColumnType } from './column-format.ts'
import type { RowSuspicion } from './row-structure.ts'
import type { TableDialect } from './table-format.ts'

/** The reading of a column of a file; `nothing`: it would be left out. */
type ColumnReading = ColumnType | 'nothing'

/** How often values of a column occur in a sample of its rows. */
export interface ValueCounts {
  /**
   * Of numbers and times, at most 16 intervals of the same width, from the lowest value to the highest; of categories and of yes or no,
   * at most 12 values, the most frequent first.
   */
  readonly counts: readonly number[]
  /** The texts of the lowest and the highest value; of categories, every value that is counted. */
  readonly labels: readonly string[]
  /** Values of the sample that no count has: those of further categories. */
  readonly others: number
}

/** How a column would be read. */
interface PreviewColumn extends ColumnRemarks {
  readonly reading: ColumnReading
  /** Rows without a value. */
  readonly missing: number
  /** Different values; null for more than are counted. */
  readonly distinct: number | null
  /** All of its numbers are whole. */
  readonly whole: boolean
  /** Why it is proposed to be left out; null: it is used. */
  readonly exclusion: ExclusionReason | null
  readonly values: ValueCounts
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
  /** Why rows may hang together, as far as it shows without a target. */
  readonly suspicions: readonly RowSuspicion[]
}
