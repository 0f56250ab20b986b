import { msg } from '../core/errors/message.ts'
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import {
  asyncBufferFromFile,
  parquetMetadataAsync,
  parquetRead,
  type AsyncBuffer,
  type Compressors,
  type FileMetaData,
  type RowGroup,
  type SchemaElement,
} from 'hyparquet'
import type { TableDialect } from '../core/data/table-format.ts'
import { isAppError, messageOf } from '../core/errors/errors.ts'
import { invalidData } from '../core/errors/invalid-data.ts'
import { checkParquetPages, MAX_PAGE_BYTES } from './parquet-pages.ts'
import { MAX_CELLS, type RecordOptions } from './record-options.ts'

const limit = { maxOutputLength: MAX_PAGE_BYTES }
const compressors: Compressors = {
  GZIP: input => gunzipSync(input, limit),
  BROTLI: input => brotliDecompressSync(input, limit),
  ZSTD: input => zstdDecompressSync(input, limit),
}

const strictText = new TextDecoder('utf-8', { fatal: true })
const parsers = { stringFromBytes: (bytes: Uint8Array) => strictText.decode(bytes) }

/**
 * Reads a Parquet file of plain columns (numbers, texts, true and false, dates and times) row group by row
 * group: uncompressed, Snappy, gzip, Brotli or Zstandard. Null and NaN are cells without a value, times
 * come as ISO 8601.
 * @throws AppError `data.invalid` for damage, nested or binary columns, sizes beyond the limits, and ±∞
 */
export async function readParquetRecords(options: RecordOptions): Promise<TableDialect> {
  const { path, onRecord } = options
  const none = options.missing[0] ?? ''
  const file = await asyncBufferFromFile(path)
  const metadata = await damageIn(path, () => parquetMetadataAsync(file))
  const columns = plainColumns(path, metadata)
  const rows = Number(metadata.num_rows)
  if (rows * columns.length > MAX_CELLS) {
    const rule = msg('rule.atMost', { limit: MAX_CELLS })
    throw invalidData(path, 'cells', rows * columns.length, rule)
  }
  onRecord(
    columns.map(({ name }) => name),
    0,
  )
  let start = 0
  for (const group of metadata.row_groups) {
    const groupRows = Number(group.num_rows)
    if (groupRows === 0) continue
    const end = start + groupRows
    requireColumns(path, group, columns)
    await damageIn(path, () => checkParquetPages(path, file, group))
    const read: (readonly unknown[])[] = []
    for (const { name } of columns) {
      const values = await damageIn(path, () => readColumn(file, metadata, name, start, end))
      if (values.length !== groupRows) {
        const rule = msg('rule.equal', { value: groupRows })
        throw invalidData(path, 'parquet.rows', values.length, rule)
      }
      read.push(values)
    }
    for (let index = 0; index < groupRows; index++) {
      const line = start + index + 1
      const cells = columns.map(({ name }, column) => {
        const value = read[column]?.[index]
        const cell = textOf(value, none)
        if (cell !== null) return cell
        const valueText = typeof value === 'number' ? String(value) : typeof value
        throw invalidData(path, name, valueText, msg('rule.plainValue'), line)
      })
      onRecord(cells, line)
    }
    start = end
  }
  if (start !== rows)
    throw invalidData(path, 'parquet.rows', start, msg('rule.equal', { value: rows }))
  return { format: 'parquet', delimiter: null, encoding: null, decimal: null }
}

/** One at a time: where the library reads several and stumbles over one, nobody hears of the failures of the others. */
async function readColumn(
  file: AsyncBuffer,
  metadata: FileMetaData,
  name: string,
  rowStart: number,
  rowEnd: number,
): Promise<readonly unknown[]> {
  let values: readonly unknown[] = []
  await parquetRead({
    file,
    metadata,
    columns: [name],
    rowStart,
    rowEnd,
    compressors,
    parsers,
    onComplete: (rows: unknown[][]) => {
      values = rows.map(([value]) => value)
    },
  })
  return values
}

/** The columns of the file if all of them are plain ones. */
function plainColumns(path: string, { schema }: FileMetaData): readonly SchemaElement[] {
  const [root, ...elements] = schema
  for (const { name, num_children: children = 0, repetition_type: repetition } of elements) {
    // A damaged file can lack it, whatever the library's types say.
    if (typeof (name as unknown) !== 'string')
      throw invalidData(
        path,
        'parquet.schema',
        null,
        msg('rule.type', { expected: msg('kind.text') }),
      )
    if (children > 0 || repetition === 'REPEATED')
      throw invalidData(path, 'parquet.schema', name, msg('rule.plainColumn'))
  }
  if (root === undefined || elements.length === 0)
    throw invalidData(path, 'parquet.schema', elements.length, msg('rule.atLeast', { limit: 1 }))
  return elements
}

/** The columns of the group are those of the schema, one by one; the library would leave out some and read others twice. */
function requireColumns(path: string, group: RowGroup, columns: readonly SchemaElement[]): void {
  const groupNames = group.columns.map(
    ({ meta_data: data }) => data?.path_in_schema.join('.') ?? '',
  )
  const names = columns.map(({ name }) => name)
  for (const [index, name] of names.entries()) {
    const column = groupNames[index] ?? ''
    if (names.indexOf(name) !== index)
      throw invalidData(path, 'parquet.schema', name, msg('rule.unique'))
    if (column !== name)
      throw invalidData(path, 'parquet.column', column, msg('rule.equal', { value: name }))
  }
  if (groupNames.length !== names.length) {
    throw invalidData(
      path,
      'parquet.columns',
      groupNames.length,
      msg('rule.equal', { value: names.length }),
    )
  }
}

/** Null for what a table cannot hold. */
function textOf(value: unknown, none: string): string | null {
  if (value === null || value === undefined) return none
  switch (typeof value) {
    case 'number':
      if (Number.isNaN(value)) return none
      return Number.isFinite(value) ? String(value) : null
    case 'string':
      return value
    case 'bigint':
    case 'boolean':
      return String(value)
    default:
      return value instanceof Date && !Number.isNaN(value.getTime()) ? value.toISOString() : null
  }
}

/** Whatever the library stumbles over is damage of the file. */
async function damageIn<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (isAppError(error)) throw error
    const reason = messageOf(error)
    throw invalidData(path, 'parquet', reason, msg('rule.undamaged', { format: 'Parquet' }))
  }
}
