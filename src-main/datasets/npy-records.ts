import { msg } from '../core/errors/message.ts'
import { invalidData } from '../core/errors/invalid-data.ts'
import type { TableDialect } from '../core/data/table-format.ts'
import { LONGEST_NPY_START_BYTES, parseNpy, parseNpyHeader } from './npy.ts'
import { openSource } from './opened-source.ts'
import { MAX_CELLS, type RecordOptions } from './record-options.ts'
import { readSourceFile } from './source-file.ts'

/** Bytes of rows that are in memory at a time, at least one row. */
const BLOCK_BYTES = 1 << 20

/** Columns of an array have no names of their own. */
export function columnName(index: number): string {
  return `column${index + 1}`
}

/**
 * Reads an array of two dimensions as a table: rows × columns, named column1, column2 …; NaN is a cell
 * without a value. Rows are read in blocks, but for a file whose first index runs fastest: it is read whole.
 * @throws AppError as {@link parseNpy}; `data.invalid` with the row for ±∞
 */
export async function readNpyRecords(options: RecordOptions): Promise<TableDialect> {
  const { path, field, onRecord } = options
  const source = await openSource(path, field, LONGEST_NPY_START_BYTES)
  const { shape, fortran, valueBytes, dataStart, read } = parseNpyHeader(
    path,
    source.start,
    source.bytes,
    [2],
  )
  const [rows = 0, columns = 0] = shape
  if (rows * columns > MAX_CELLS)
    throw invalidData(path, 'cells', rows * columns, msg('rule.atMost', { limit: MAX_CELLS }))
  onRecord(
    Array.from({ length: columns }, (_, column) => columnName(column)),
    0,
  )
  if (fortran) {
    const { at } = parseNpy(path, await readSourceFile(path, field), [2])
    for (let row = 0; row < rows; row++) record(options, row, columns, c => at(row * columns + c))
  } else {
    const rowBytes = columns * valueBytes
    const block = new Uint8Array(rowBytes * Math.max(1, Math.floor(BLOCK_BYTES / rowBytes)))
    let row = 0
    for await (const part of source.blocks(dataStart, block)) {
      const view = new DataView(part.buffer, part.byteOffset, part.byteLength)
      for (let start = 0; start + rowBytes <= part.length; start += rowBytes) {
        record(options, row++, columns, column => read(view, start + column * valueBytes))
      }
    }
  }
  return { format: 'npy', delimiter: null, encoding: null, decimal: null }
}

function record(
  { path, missing, onRecord }: RecordOptions,
  row: number,
  columns: number,
  valueOf: (column: number) => number,
): void {
  const none = missing[0] ?? ''
  const fields = Array.from({ length: columns }, (_, column) => {
    const value = valueOf(column)
    if (Number.isNaN(value)) return none
    if (Number.isFinite(value)) return String(value)
    throw invalidData(path, columnName(column), String(value), msg('rule.finiteOrNan'), row + 1)
  })
  onRecord(fields, row + 1)
}
