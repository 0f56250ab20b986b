import type { TableDialect } from '../contract/table-format.ts'
import { AppError } from '../contract/errors.ts'
import { parseNpy } from './npy.ts'
import type { RecordOptions } from './record-options.ts'
import { readSourceFile } from './source-file.ts'

/** Columns of an array have no names of their own. */
export function columnName(index: number): string {
  return `column${index + 1}`
}

/**
 * Reads an array of two dimensions as a table: rows × columns, named column1, column2 …; NaN is a cell
 * without a value.
 * @throws AppError as {@link parseNpy}; `data.invalid` with the row for ±∞
 */
export async function readNpyRecords(options: RecordOptions): Promise<TableDialect> {
  const { path, field, onRecord } = options
  const array = parseNpy(path, await readSourceFile(path, field), [2])
  const [rows = 0, columns = 0] = array.shape
  const none = options.missing[0] ?? ''
  onRecord(
    Array.from({ length: columns }, (_, column) => columnName(column)),
    0,
  )
  for (let row = 0; row < rows; row++) {
    const fields = Array.from({ length: columns }, (_, column) => {
      const value = array.at(row * columns + column)
      if (Number.isNaN(value)) return none
      if (Number.isFinite(value)) return String(value)
      const rule = 'must be a finite number, or NaN where there is no value'
      throw new AppError('data.invalid', {
        path,
        field: columnName(column),
        value: String(value),
        rule,
        line: row + 1,
      })
    })
    onRecord(fields, row + 1)
  }
  return { format: 'npy', delimiter: null, encoding: null, decimal: null }
}
