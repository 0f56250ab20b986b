import { z } from 'zod'
import { tableFormat } from './table-format.ts'
import { classFoldersSchema } from './class-folders.ts'

/** Where the texts of a text task come from. */

const name = z.string().min(1)

export const textEncodings = [
  'utf-8',
  'utf-16le',
  'windows-1252',
  'windows-1251',
  'gb18030',
  'big5',
  'shift_jis',
  'euc-jp',
  'euc-kr',
] as const

export const textFoldersSchema = classFoldersSchema.extend({
  encoding: z
    .enum(textEncodings)
    .default('utf-8')
    .describe('Of every file; Latin-1 is windows-1252.'),
})

export type TextFolders = z.output<typeof textFoldersSchema>

export const textTableSchema = z.strictObject({
  file: name.describe('CSV or TSV file (plain or gzip), or Parquet file.'),
  text: name.describe('Column of texts.'),
  target: name.describe('Column of classes.'),
  delimiter: tableFormat.delimiter,
  encoding: tableFormat.encoding,
  header: tableFormat.header,
  group: name.optional().describe('Column of groups (an author); no group is in two splits.'),
})

export type TextTable = z.output<typeof textTableSchema>
