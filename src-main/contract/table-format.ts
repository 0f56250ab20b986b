import { z } from 'zod'

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

/** Keys of a study file that say how a CSV file is written; Parquet and NPY files say it themselves. */
export const tableFormat = {
  delimiter: z.string().min(1).max(4).default('auto').describe('option.table.delimiter'),
  encoding: z
    .enum(['auto', ...tableEncodings])
    .default('auto')
    .describe('option.table.encoding'),
  decimal: z.enum(['auto', '.', ',']).default('auto').describe('option.table.decimal'),
  header: z.boolean().default(true).describe('option.table.header'),
}

export const tableFormatSchema = z.strictObject(tableFormat)

export type TableFormat = z.output<typeof tableFormatSchema>

/** What was inferred, or taken from the settings. */
export interface TableDialect {
  readonly format: 'csv' | 'npy' | 'parquet'
  /** Null for files that are no text. */
  readonly delimiter: string | null
  readonly encoding: TableEncoding | null
  readonly decimal: '.' | ',' | null
}
