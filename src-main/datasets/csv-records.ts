import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { CsvError, parse } from 'csv-parse'
import {
  csvRule,
  RECORD_LIMIT_BYTES,
  type TableDialect,
  type TableEncoding,
} from '../core/data/table-format.ts'
import { AppError, isAppError } from '../core/errors/errors.ts'
import { invalidData } from '../core/errors/invalid-data.ts'
import { columnName } from './npy-records.ts'
import type { RecordOptions } from './record-options.ts'
import { fileError } from '../platform/files/read-within.ts'
import { checkSourceFile, gzipError, isGzipFile, readStart } from './source-file.ts'
import { inferDelimiter } from './infer-delimiter.ts'
import { decodeStream, inferEncoding } from './text-encoding.ts'

/** Bytes from which encoding and delimiter are inferred. */
const SAMPLE_BYTES = 65_536

/**
 * Reads a CSV or TSV file (RFC 4180, plain or gzip) record by record in constant memory; blank lines
 * are passed over. Without a header line, one is made up: column1, column2 …
 * @returns what was inferred, or set
 * @throws AppError `file.notFound`, `file.unreadable`, `data.invalid` with the line
 */
export async function readCsvRecords(
  options: Omit<RecordOptions, 'missing'>,
): Promise<TableDialect> {
  const { path, field, format } = options
  await checkSourceFile(path, field)
  const packed = await isGzipFile(path, field)
  const start = await readStart(path, field, SAMPLE_BYTES)
  const encoding = format.encoding === 'auto' ? inferEncoding(start) : format.encoding
  const delimiter =
    format.delimiter === 'auto' ? inferDelimiter(decodeSample(start, encoding)) : format.delimiter
  let named = format.header
  const parser = parse({
    bom: true,
    delimiter,
    max_record_size: RECORD_LIMIT_BYTES,
    record_delimiter: ['\r\n', '\n', '\r'],
    skip_empty_lines: true,
    on_record: (fields: string[], context) => {
      if (!named) {
        named = true
        options.onRecord(
          fields.map((_, index) => columnName(index)),
          0,
        )
      }
      options.onRecord(fields, context.lines)
      return null
    },
  })
  parser.resume()
  try {
    await pipeline([
      createReadStream(path, { highWaterMark: 1 << 18 }),
      ...(packed ? [createGunzip()] : []),
      decodeStream(path, encoding, format.encoding),
      parser,
    ])
  } catch (error) {
    throw csvError(error, path, field)
  }
  const decimal = format.decimal === 'auto' ? null : format.decimal
  return { format: 'csv', delimiter, encoding, decimal }
}

/** The sample as text; a character that is cut at its end is left out. */
function decodeSample(start: Uint8Array, encoding: TableEncoding): string {
  return new TextDecoder(encoding).decode(start, { stream: true })
}

/** The location that an error of csv-parse names. */
interface CsvErrorLocation {
  readonly lines?: number
  readonly record?: readonly string[]
  /** Of the field, from 0. */
  readonly column?: number
}

function csvError(error: unknown, path: string, field: string): AppError {
  if (isAppError(error)) return error
  if (error instanceof CsvError) {
    const { lines, record, column } = error as CsvError & CsvErrorLocation
    const rule = csvRule(error)
    switch (error.code) {
      case 'CSV_RECORD_INCONSISTENT_FIELDS_LENGTH':
        return invalidData(path, 'fields', record?.length ?? null, rule, lines)
      case 'CSV_MAX_RECORD_SIZE':
        return invalidData(path, 'record', `> ${RECORD_LIMIT_BYTES}`, rule, lines)
      default:
        return invalidData(path, 'field', (column ?? 0) + 1, rule, lines)
    }
  }
  const code = (error as NodeJS.ErrnoException | null)?.code
  return typeof code === 'string' && code.startsWith('Z_')
    ? gzipError(error, path)
    : fileError(error, path, field)
}
