import { stat } from 'node:fs/promises'
import { exclusionReason } from '../core/data/column-exclusion.ts'
import type { TablePreview } from '../core/data/table-preview.ts'
import type { PreviewSource } from '../core/processes/ingest-protocol.ts'
import { countValues } from './count-values.ts'
import { DISTINCT_LIMIT, inspectColumns, type ColumnInspection } from './inspect-columns.ts'
import { fileError } from '../platform/files/read-within.ts'

/** Rows that are shown as they are. */
const HEAD_ROWS = 10
/** A cell is shown up to this length. */
const SHOWN_CHARACTERS = 200
/** Rows of the sample from which values are counted, and cells of it. */
const MAX_SAMPLED_ROWS = 2_048
const MIN_SAMPLED_ROWS = 64
const SAMPLED_CELLS = 400_000

/**
 * Reads a table whole, as a study would, and says what was inferred.
 * @throws AppError as {@link inspectColumns}
 */
export async function previewTable(source: PreviewSource): Promise<TablePreview> {
  const head: string[][] = []
  const sample = new RowSample()
  const { rows, columns, dialect } = await inspectColumns(source, fields => {
    if (head.length < HEAD_ROWS) head.push(fields.map(cell => cell.slice(0, SHOWN_CHARACTERS)))
    sample.add(fields)
  })
  const { size } = await stat(source.file).catch((error: unknown) => {
    throw fileError(error, source.file, 'file')
  })
  const missing = new Set(source.missing.map(word => word.trim()))
  return {
    file: source.file,
    bytes: size,
    dialect,
    rows,
    columns: columns.map(column => {
      const cells = sample.rows.map(fields => (fields[column.index] ?? '').trim())
      const values = cells
        .filter(text => !missing.has(text))
        .map(text => column.spellings?.merged(text) ?? text)
      return describeColumn(column, rows, values)
    }),
    head,
  }
}

/** Every n-th row of a table, from the first one, with n as small as its size allows. */
class RowSample {
  rows: string[][] = []
  #step = 1
  #count = 0

  add(fields: readonly string[]): void {
    if (this.#count++ % this.#step !== 0) return
    const cells = Math.floor(SAMPLED_CELLS / fields.length)
    const limit = Math.min(MAX_SAMPLED_ROWS, Math.max(MIN_SAMPLED_ROWS, cells))
    if (this.rows.length === limit) {
      this.rows = this.rows.filter((_, row) => row % 2 === 0)
      this.#step *= 2
      if ((this.#count - 1) % this.#step !== 0) return
    }
    this.rows.push(fields.map(cell => cell.slice(0, SHOWN_CHARACTERS)))
  }
}

function describeColumn(
  column: ColumnInspection,
  rows: number,
  values: readonly string[],
): TablePreview['columns'][number] {
  const { name, missing, texts, firstText, distinct, whole, reading } = column
  const { format, confidence, other, words, infinite, looksNumeric, firstUnclear = null } = reading
  const exclusion = exclusionReason({
    name,
    type: format.type,
    whole,
    looksNumeric,
    values,
    rows,
    missing,
    distinct: distinct.size > DISTINCT_LIMIT ? null : distinct.size,
  })
  return {
    name,
    reading: exclusion === 'empty' || exclusion === 'constant' ? 'nothing' : format.type,
    missing,
    distinct: distinct.size > DISTINCT_LIMIT ? null : distinct.size,
    whole,
    exclusion,
    values: countValues(values, format),
    texts,
    firstText,
    format,
    confidence,
    other,
    firstUnclear,
    words,
    infinite,
    looksNumeric,
  }
}
