import { stat } from 'node:fs/promises'
import type { TablePreview } from '../core/data/table-preview.ts'
import type { PreviewSource } from '../core/processes/ingest-protocol.ts'
import { DISTINCT_LIMIT, inspectColumns, type ColumnInspection } from './inspect-columns.ts'
import { fileError } from '../platform/files/read-within.ts'

/** Rows that are shown as they are. */
const HEAD_ROWS = 10
/** A cell is shown up to this length. */
const SHOWN_CHARACTERS = 200

/**
 * Reads a table whole, as a study would, and says what was inferred.
 * @throws AppError as {@link inspectColumns}
 */
export async function previewTable(source: PreviewSource): Promise<TablePreview> {
  const head: string[][] = []
  const { rows, columns, dialect } = await inspectColumns(source, fields => {
    if (head.length < HEAD_ROWS) head.push(fields.map(cell => cell.slice(0, SHOWN_CHARACTERS)))
  })
  const { size } = await stat(source.file).catch((error: unknown) => {
    throw fileError(error, source.file, 'file')
  })
  return {
    file: source.file,
    bytes: size,
    dialect,
    rows,
    columns: columns.map(column => describeColumn(column, rows)),
    head,
  }
}

function describeColumn(column: ColumnInspection, rows: number): TablePreview['columns'][number] {
  const { name, missing, texts, firstText, distinct, reading } = column
  const { format, confidence, other, words, infinite, looksNumeric } = reading
  const empty = missing === rows || (distinct.size === 1 && missing === 0)
  return {
    name,
    reading: empty ? 'nothing' : format.type,
    missing,
    distinct: distinct.size > DISTINCT_LIMIT ? null : distinct.size,
    texts,
    firstText,
    format,
    confidence,
    other,
    words,
    infinite,
    looksNumeric,
  }
}
