import type { StructureEvidence } from '../core/data/row-structure.ts'
import type { ColumnInspection } from './inspect-columns.ts'
import { cellReader } from './read-cell.ts'

/**
 * What columns show of the structure of rows.
 * @param sample some of the rows, in the order of the file
 */
export function structureEvidence(
  columns: readonly ColumnInspection[],
  rows: number,
  sample: readonly (readonly string[])[],
): readonly StructureEvidence[] {
  return columns.map(({ name, index, reading, whole, missing, repeats }) => {
    const read = cellReader(reading.format)
    const texts = sample.map(fields => (fields[index] ?? '').trim())
    const numbers = texts.map(text => read(text) ?? Number.NaN)
    return { name, format: reading.format, whole, missing, rows, repeats, texts, numbers }
  })
}
