import { type Fact, fact } from '../contract/fact.ts'
import type { TableDialect } from '../contract/table-format.ts'
import type { PreviewSource } from '../contract/ingest-protocol.ts'
import { invalidData } from '../contract/invalid-data.ts'
import { MAX_CELLS } from './record-options.ts'
import { readTableRecords } from './table-records.ts'

/** Columns beyond which a file is refused. */
const MAX_COLUMNS = 10_000

/** Different values of a column are counted up to one more than this. */
export const DISTINCT_LIMIT = 20

/** A column as one pass over the file shows it. */
export interface ColumnFacts {
  readonly name: string
  readonly index: number
  missing: number
  /** Cells that hold a value which is not a number. */
  texts: number
  firstText: { readonly value: string; readonly line: number } | null
  /** All numbers so far are whole. */
  whole: boolean
  /** Different values, at most `distinctLimit` + 1 of them. */
  readonly distinct: Set<string>
  /** The values count up by one from row to row, as row numbers do. */
  counting: boolean
  lastNumber: number | null
}

export interface TableFacts {
  readonly rows: number
  readonly columns: readonly ColumnFacts[]
  readonly dialect: TableDialect
}

const numberPattern = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/

/** A cell as a number, or null if it is text. `1e999` overflows and gives ±∞. */
export function parseNumber(cell: string): number | null {
  return numberPattern.test(cell) ? Number(cell) : null
}

/**
 * First pass over a table: header, number of rows, and what each column holds.
 * @throws AppError `data.invalid` for a broken header, too many columns or cells, no rows, and all of
 *   {@link readTableRecords}
 */
export async function inspectColumns(
  data: PreviewSource,
  onRow: (fields: readonly string[]) => void = () => undefined,
): Promise<TableFacts> {
  const path = data.file
  const missing = new Set(data.missing.map(word => word.trim()))
  let columns: ColumnFacts[] | null = null
  let rows = 0
  const dialect = await readTableRecords({
    path,
    field: 'objective.data.file',
    format: data,
    missing: data.missing,
    onRecord: (fields, line) => {
      if (columns === null) {
        columns = readHeader(path, fields, line)
        return
      }
      rows++
      onRow(fields)
      if (rows * columns.length > MAX_CELLS) {
        throw invalidData(
          path,
          'cells',
          rows * columns.length,
          fact('rule.atMost', { limit: MAX_CELLS }),
          line,
        )
      }
      for (const column of columns)
        inspectCell(column, fields[column.index] ?? '', missing, path, line)
    },
  })
  if (columns === null || rows === 0) throw invalidData(path, 'rows', 0, fact('rule.headerAndRow'))
  return { rows, columns, dialect }
}

function readHeader(path: string, fields: readonly string[], line: number): ColumnFacts[] {
  const fail = (field: string, value: string | number, rule: Fact) =>
    invalidData(path, field, value, rule, line)
  if (fields.length > MAX_COLUMNS)
    throw fail('columns', fields.length, fact('rule.atMost', { limit: MAX_COLUMNS }))
  const seen = new Set<string>()
  return fields.map((field, index) => {
    const name = field.trim()
    if (name === '') throw fail(`header[${String(index)}]`, field, fact('rule.columnName'))
    if (seen.has(name)) throw fail(`header[${String(index)}]`, name, fact('rule.unique'))
    seen.add(name)
    return {
      name,
      index,
      missing: 0,
      texts: 0,
      firstText: null,
      whole: true,
      distinct: new Set<string>(),
      counting: true,
      lastNumber: null,
    }
  })
}

function inspectCell(
  column: ColumnFacts,
  cell: string,
  missing: ReadonlySet<string>,
  path: string,
  line: number,
): void {
  const text = cell.trim()
  if (missing.has(text)) {
    column.missing++
    column.counting = false
    return
  }
  if (column.distinct.size <= DISTINCT_LIMIT) column.distinct.add(text)
  const number = parseNumber(text)
  if (number === null) {
    column.texts++
    column.firstText ??= { value: text.slice(0, 100), line }
    column.counting = false
    return
  }
  if (!Number.isFinite(number))
    throw invalidData(path, column.name, text.slice(0, 100), fact('rule.float64'), line)
  if (!Number.isInteger(number)) column.whole = false
  if (column.lastNumber !== null && number !== column.lastNumber + 1) column.counting = false
  column.lastNumber = number
}
