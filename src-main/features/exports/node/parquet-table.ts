import { parquetWriteBuffer } from 'hyparquet-writer'
import type { Cell } from '../../../core/values/csv.ts'

type ColumnSource = Parameters<typeof parquetWriteBuffer>[0]['columnData'][number]

/**
 * A table as a Parquet file (Snappy). A column has the type that all its values have: whole numbers (64 bits), numbers,
 * yes and no, times (UTC), else texts. Empty cells are nulls.
 * @param rows the names of the columns first
 */
export function parquetTable(rows: readonly (readonly Cell[])[]): Uint8Array {
  const [names = [], ...cells] = rows
  const columnData = names.map((name, column) =>
    columnOf(
      String(name),
      cells.map(row => row[column] ?? null),
    ),
  )
  return new Uint8Array(parquetWriteBuffer({ columnData, createdBy: 'Tunewright' }))
}

function columnOf(name: string, cells: readonly Cell[]): ColumnSource {
  const column = { name, nullable: true } as const
  const values = cells.filter(cell => cell !== null)
  const all = (test: (value: Cell) => boolean) => values.length > 0 && values.every(test)
  if (all(value => Number.isSafeInteger(value)))
    return {
      ...column,
      type: 'INT64',
      data: cells.map(cell => (typeof cell === 'number' ? BigInt(cell) : null)),
    }
  if (all(value => typeof value === 'number'))
    return { ...column, type: 'DOUBLE', data: [...cells] }
  if (all(value => typeof value === 'boolean'))
    return { ...column, type: 'BOOLEAN', data: [...cells] }
  if (all(value => value instanceof Date)) return { ...column, type: 'TIMESTAMP', data: [...cells] }
  return {
    ...column,
    type: 'STRING',
    data: cells.map(cell => (cell === null ? null : textOf(cell))),
  }
}

function textOf(cell: Exclude<Cell, null>): string {
  return cell instanceof Date ? cell.toISOString() : String(cell)
}
