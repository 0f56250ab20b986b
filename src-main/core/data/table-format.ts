import { ownValue } from '../values/named-values.ts'
import { z } from 'zod'
import { type MessageDescriptor, msg, verbatim } from '../errors/message.ts'

/** How the files of tables are read: what is not said is inferred from the first bytes. */

export const tableEncodings = [
  'utf-8',
  'utf-16le',
  'utf-16be',
  'windows-1252',
  'windows-1251',
  'gb18030',
  'big5',
  'shift_jis',
  'euc-jp',
  'euc-kr',
] as const

export type TableEncoding = (typeof tableEncodings)[number]

/** An encoding by its proper name; study files have the key: `UTF-8` for `utf-8`, `Shift_JIS` for `shift_jis`. */
export function encodingTitle(encoding: string): string {
  return ownValue(oddTitles, encoding) ?? encoding.toUpperCase()
}
const oddTitles: Readonly<Record<string, string>> = {
  'windows-1252': 'Windows-1252',
  'windows-1251': 'Windows-1251',
  big5: 'Big5',
  shift_jis: 'Shift_JIS',
}

/** Keys of a study file that say how a CSV file is written, or which sheet of a workbook is read; other files say it themselves. */
export const tableFormat = {
  delimiter: z.string().min(1).max(4).default('auto').describe('option.table.delimiter'),
  encoding: z
    .enum(['auto', ...tableEncodings])
    .default('auto')
    .describe('option.table.encoding'),
  decimal: z.enum(['auto', '.', ',']).default('auto').describe('option.table.decimal'),
  header: z.boolean().default(true).describe('option.table.header'),
  sheet: z.string().min(1).max(200).optional().describe('option.table.sheet'),
}

export const tableFormatSchema = z.strictObject(tableFormat)

export type TableFormat = z.output<typeof tableFormatSchema>

/** Workbooks are told by their content; a file may hold several sheets if its name says that it is one. */
export function isWorkbookName(file: string): boolean {
  return /\.xls[xm]$/i.test(file.trim())
}

/** Inferred, or taken from the settings. */
export interface TableDialect {
  readonly format: 'csv' | 'excel' | 'npy' | 'parquet'
  /** Null for files that are no text. */
  readonly delimiter: string | null
  readonly encoding: TableEncoding | null
  readonly decimal: '.' | ',' | null
}

/** A record beyond this size is a quote that was never closed, as a rule. */
export const RECORD_LIMIT_BYTES = 1_000_000
export const recordLimitRule = msg('rule.csv.recordBytes', { limit: RECORD_LIMIT_BYTES })

const csvRules: Readonly<Record<string, MessageDescriptor>> = {
  CSV_QUOTE_NOT_CLOSED: msg('rule.csv.quoteClosed'),
  CSV_INVALID_CLOSING_QUOTE: msg('rule.csv.afterQuote'),
  CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE: msg('rule.csv.afterQuote'),
  INVALID_OPENING_QUOTE: msg('rule.csv.openingQuote'),
  CSV_RECORD_INCONSISTENT_FIELDS_LENGTH: msg('rule.csv.fieldCount'),
  CSV_MAX_RECORD_SIZE: recordLimitRule,
}

/** The rule behind an error of csv-parse. */
export function csvRule({
  code,
  message,
}: {
  readonly code: string
  readonly message: string
}): MessageDescriptor {
  return ownValue(csvRules, code) ?? verbatim(message)
}
