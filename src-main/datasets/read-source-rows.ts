import type { TableData } from '../core/data/data-settings.ts'
import { msg } from '../core/errors/message.ts'
import type { SourceRows } from '../core/processes/ingest-protocol.ts'
import { invalidData } from '../core/errors/invalid-data.ts'
import { inspectColumns } from './inspect-columns.ts'
import { readJoinedRecords } from './joined-records.ts'
import { columnSettings, planColumns } from './plan-columns.ts'
import { cellReader } from './read-cell.ts'

/** Cells that are handed out at once. */
const MAX_CELLS = 5_000_000

/**
 * Rows of a table as they are written in its file.
 * @param rows numbers of rows of the prepared data, from 0, rising
 * @throws AppError as preparing the table does; `data.invalid` for more cells than are handed out
 */
export async function readSourceRows(data: TableData, rows: Int32Array): Promise<SourceRows> {
  const table = await inspectColumns({ ...data, columns: columnSettings(data) })
  const cells = rows.length * table.columns.length
  if (cells > MAX_CELLS)
    throw invalidData(data.file, 'cells', cells, msg('rule.atMost', { limit: MAX_CELLS }))
  const { target } = planColumns(data, table)
  const readTarget = cellReader(target.reading.format)
  const missing = new Set(data.missing.map(word => word.trim()))
  const wanted = new Set(rows)
  const readRows: SourceRows['rows'][number][] = []
  let header: readonly string[] | null = null
  let row = 0
  await readJoinedRecords(data, (fields, line) => {
    if (header === null) {
      header = fields
      return
    }
    const text = (fields[target.index] ?? '').trim()
    // Such rows were dropped when the data were prepared.
    if (missing.has(text) || Number.isNaN(readTarget(text))) return
    if (wanted.has(row)) readRows.push({ row, line, fields })
    row++
  })
  return { header: table.columns.map(({ name }) => name), rows: readRows }
}
