import { msg } from '../core/errors/message.ts'
import { readSheet } from 'read-excel-file/universal'
import { isAppError, messageOf } from '../core/errors/errors.ts'
import { invalidData } from '../core/errors/invalid-data.ts'
import type { TableDialect } from '../core/data/table-format.ts'
import { cellAddress, chooseSheet } from './excel-sheets.ts'
import { compoundMagic } from './format-signatures.ts'
import { columnName } from './npy-records.ts'
import type { RecordOptions } from './record-options.ts'
import { readSourceFile } from './source-file.ts'

const DAY_MS = 86_400_000
/** Before it no date is written as one: Excel counts days from here, and times of day are parts of day 0. */
const FIRST_DAY_MS = Date.UTC(1900, 0, 1)

type Cell = string | number | boolean | Date | null | undefined

/**
 * Reads a sheet of an Excel workbook (.xlsx): the first row that is not blank names the columns, blank rows are passed
 * over. Values come as they were typed: numbers without their format, dates and times as ISO 8601, failed formulas as
 * the word that Excel shows, such as `#N/A`. Lines are the rows of the sheet.
 * @throws AppError `data.invalid` naming the cell, or as {@link chooseSheet}
 */
export async function readExcelRecords(options: RecordOptions): Promise<TableDialect> {
  const { path, field, format, onRecord } = options
  const none = options.missing[0] ?? ''
  const content = new Uint8Array(await readSourceFile(path, field))
  if (content[0] === compoundMagic[0])
    throw invalidData(path, 'excel', 'xls', msg('rule.excel.old'))
  const sheet = await chooseSheet(path, field, format.sheet)
  const rows = (await damageIn(path, () =>
    readSheet(content.buffer, sheet.name, { trim: false }),
  )) as readonly (readonly Cell[])[]
  let columns = 0
  for (const [index, row] of rows.entries()) {
    const line = index + 1
    const errorAt = (column: number) => sheet.errors.get(cellAddress(line, column + 1))
    const cells = row.map((cell, column) => textOf(cell, errorAt(column) ?? none))
    const width = row.findLastIndex((cell, column) => cell !== null || errorAt(column)) + 1
    if (width === 0) continue
    if (columns === 0) {
      columns = format.header ? width : row.length
      onRecord(
        Array.from({ length: columns }, (_, column) =>
          format.header ? (row[column] === null ? '' : (cells[column] ?? '')) : columnName(column),
        ),
        format.header ? line : 0,
      )
      if (format.header) continue
    }
    if (width > columns) {
      const address = `${sheet.name}!${cellAddress(line, width)}`
      throw invalidData(path, address, cells[width - 1] ?? '', msg('rule.excel.header'), line)
    }
    onRecord(cells.slice(0, columns), line)
  }
  return { format: 'excel', delimiter: null, encoding: null, decimal: null }
}

function textOf(cell: Cell, none: string): string {
  if (cell === null || cell === undefined) return none
  if (!(cell instanceof Date)) return String(cell)
  // The library rounds down, which takes a millisecond from most times of day.
  const time = cell.getTime()
  const moment = new Date((time + 1) % 1000 === 0 ? time + 1 : time).toISOString()
  const clock = moment.slice(11, 23).replace(/\.000$/, '')
  if (time < FIRST_DAY_MS) return clock
  return time % DAY_MS === 0 ? moment.slice(0, 10) : `${moment.slice(0, 10)}T${clock}`
}

/** Whatever the library stumbles over is damage of the file. */
async function damageIn<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (isAppError(error)) throw error
    throw invalidData(path, 'excel', messageOf(error), msg('rule.undamaged', { format: 'Excel' }))
  }
}
