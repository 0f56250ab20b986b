import { stat } from 'node:fs/promises'
import { exclusionReason } from '../core/data/column-exclusion.ts'
import type { TablePreview } from '../core/data/table-preview.ts'
import type { PreviewSource } from '../core/processes/ingest-protocol.ts'
import { countValues } from './count-values.ts'
import { DISTINCT_LIMIT, inspectColumns, type ColumnInspection } from './inspect-columns.ts'
import { RowSample } from './row-sample.ts'
import { structureEvidence } from './structure-evidence.ts'
import { suspectStructure } from '../core/data/row-structure.ts'
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
    suspicions: suspectStructure(structureEvidence(columns, rows, sample.rows), null),
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
