import type { ColumnSettings } from '../core/data/column-format.ts'
import { type MessageDescriptor, msg } from '../core/errors/message.ts'
import type { TableDialect } from '../core/data/table-format.ts'
import type { PreviewSource } from '../core/processes/ingest-protocol.ts'
import { invalidData } from '../core/errors/invalid-data.ts'
import { ColumnGuess, type Guess, type LocatedValue, cellExcerpt } from './column-guess.ts'
import { MAX_CELLS } from './record-options.ts'
import { MergedSpellings } from './merged-spellings.ts'
import { spellingKey } from '../core/data/spelling.ts'
import { readJoinedRecords } from './joined-records.ts'
import { RepeatCounter } from './repeat-counter.ts'
import type { RepeatedValues } from '../core/data/row-structure.ts'
import { parseNumber } from './written-number.ts'

/** Columns beyond which a file is refused. */
const MAX_COLUMNS = 10_000

/** Different values of a column are counted up to one more than this. */
export const DISTINCT_LIMIT = 20

/** Values of all columns whose rows are counted at the same time; of one column. */
const MAX_COUNTED = 400_000
const MIN_COUNTED_OF_COLUMN = 64
const MAX_COUNTED_OF_COLUMN = 4_096

/** A number with a place that says nothing of its size: of a postal code, an account, an article. */
const writtenCode = /^0\d+$/

/** A column as one pass over the file shows it. */
export interface ColumnInspection {
  readonly name: string
  readonly index: number
  /** Cells without a value, words and ±∞ among numbers included. */
  readonly missing: number
  readonly reading: Guess
  /** Cells that hold a value which is no number; none in a column of numbers. */
  readonly texts: number
  readonly firstText: LocatedValue | null
  /** The first cell that holds a value; null if none does. */
  readonly firstValue: LocatedValue | null
  /** All numbers are whole. */
  readonly whole: boolean
  /** Different values, at most `DISTINCT_LIMIT` + 1 of them. */
  readonly distinct: ReadonlySet<string>
  /** The values count up by one from row to row, as row numbers do. */
  readonly counting: boolean
  /** The first whole number with a zero before it, as codes have; null without any. */
  readonly firstCode: LocatedValue | null
  /** Null where each spelling counts as a category of its own. */
  readonly spellings: MergedSpellings | null
  /** How often values come; null for broken numbers and long texts. */
  readonly repeats: RepeatedValues | null
}

/** A column while it is read. */
interface OpenColumn {
  readonly name: string
  readonly index: number
  readonly guess: ColumnGuess
  missing: number
  firstValue: LocatedValue | null
  firstCode: LocatedValue | null
  readonly distinct: Set<string>
  counting: boolean
  lastNumber: number | null
  readonly spellings: MergedSpellings | null
  readonly repeats: RepeatCounter
}

export interface TableInspection {
  readonly rows: number
  /** Of them, those of the test file, which come last. */
  readonly testRows: number
  readonly columns: readonly ColumnInspection[]
  readonly dialect: TableDialect
}

/**
 * First pass over a table: header, number of rows, and what each column holds.
 * @throws AppError `data.invalid` for a broken header, too many columns or cells, no rows, and all of
 *   {@link readTableRecords}
 */
export async function inspectColumns(
  data: PreviewSource,
  onRow: (fields: readonly string[]) => void = () => undefined,
): Promise<TableInspection> {
  const path = data.file
  const missing = new Set(data.missing.map(word => word.trim()))
  let columns: OpenColumn[] | null = null
  let rows = 0
  const { dialect, testRows } = await readJoinedRecords(data, (fields, line) => {
    if (columns === null) {
      columns = readHeader(data, fields, line)
      return
    }
    rows++
    onRow(fields)
    if (rows * columns.length > MAX_CELLS) {
      throw invalidData(
        path,
        'cells',
        rows * columns.length,
        msg('rule.atMost', { limit: MAX_CELLS }),
        line,
      )
    }
    for (const column of columns)
      inspectCell(column, fields[column.index] ?? '', missing, path, line)
  })
  const read = columns as readonly OpenColumn[] | null
  if (read === null || rows === 0) throw invalidData(path, 'rows', 0, msg('rule.headerAndRow'))
  const decimal = decimalSign(data, dialect, read, rows)
  const decimalSetting = data.decimal === 'auto' ? {} : { decimal: data.decimal }
  return {
    rows,
    testRows,
    columns: read.map(column =>
      closeColumn(column, rows, { ...decimalSetting, ...data.columns?.get(column.name) }, decimal),
    ),
    dialect: dialect.format === 'csv' ? { ...dialect, decimal: decimal ?? '.' } : dialect,
  }
}

/** The sign of decimals that the settings or the format say, or that columns prove and none disproves; null for neither. */
function decimalSign(
  { decimal }: PreviewSource,
  { format }: TableDialect,
  columns: readonly OpenColumn[],
  rows: number,
): '.' | ',' | null {
  if (decimal !== 'auto') return decimal
  if (format !== 'csv') return '.'
  const proofs = new Set(columns.map(({ guess, missing }) => guess.proof(rows - missing)))
  proofs.delete(null)
  const [sign = null] = proofs
  return proofs.size === 1 ? sign : null
}

function closeColumn(
  column: OpenColumn,
  rows: number,
  settings: ColumnSettings,
  decimal: '.' | ',' | null,
): ColumnInspection {
  const { name, index, guess, distinct, counting, firstValue, firstCode, spellings, repeats } =
    column
  const values = rows - column.missing
  const reading = withSpelling(guess.decide(values, settings, decimal), settings)
  const isNumber = reading.format.type === 'number' && (values === 0 || reading.numbers > 0)
  return {
    name,
    index,
    reading,
    distinct,
    counting,
    firstValue,
    firstCode,
    spellings,
    repeats: repeats.values,
    whole: reading.whole,
    missing: column.missing + reading.words + reading.infinite,
    texts: isNumber ? 0 : values - reading.numbers,
    firstText: isNumber ? null : reading.firstText,
  }
}

/** Only categories have spellings. */
function withSpelling(guess: Guess, { spelling }: ColumnSettings): Guess {
  const isMerged = spelling === 'merge' && guess.format.type === 'category'
  return isMerged ? { ...guess, format: { type: 'category', spelling } } : guess
}

function readHeader(
  { file: path, columns: settings }: PreviewSource,
  fields: readonly string[],
  line: number,
): OpenColumn[] {
  const fail = (field: string, value: string | number, rule: MessageDescriptor) =>
    invalidData(path, field, value, rule, line)
  if (fields.length > MAX_COLUMNS)
    throw fail('columns', fields.length, msg('rule.atMost', { limit: MAX_COLUMNS }))
  const seen = new Set<string>()
  const counted = Math.floor(MAX_COUNTED / fields.length)
  const most = Math.min(MAX_COUNTED_OF_COLUMN, Math.max(MIN_COUNTED_OF_COLUMN, counted))
  return fields.map((field, index) => {
    const name = field.trim()
    if (name === '') throw fail(`header[${String(index)}]`, field, msg('rule.columnName'))
    if (seen.has(name)) throw fail(`header[${String(index)}]`, name, msg('rule.unique'))
    seen.add(name)
    return {
      name,
      index,
      guess: new ColumnGuess(),
      missing: 0,
      firstValue: null,
      firstCode: null,
      distinct: new Set<string>(),
      counting: true,
      lastNumber: null,
      spellings: settings?.get(name)?.spelling === 'merge' ? new MergedSpellings() : null,
      repeats: new RepeatCounter(most),
    }
  })
}

function inspectCell(
  column: OpenColumn,
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
  column.firstValue ??= cellExcerpt(text, line)
  column.spellings?.add(text)
  if (column.distinct.size <= DISTINCT_LIMIT)
    column.distinct.add(column.spellings === null ? text : spellingKey(text))
  if (column.firstCode === null && writtenCode.test(text))
    column.firstCode = cellExcerpt(text, line)
  const number = parseNumber(text)
  if (number === null || Number.isInteger(number)) column.repeats.add(text)
  else column.repeats.close()
  column.guess.add(text, number, line)
  if (number === null) {
    column.counting = false
    return
  }
  if (!Number.isFinite(number))
    throw invalidData(path, column.name, text.slice(0, 100), msg('rule.float64'), line)
  if (column.lastNumber !== null && number !== column.lastNumber + 1) column.counting = false
  column.lastNumber = number
}
