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
  encoding: z.enum(textEncodings).default('utf-8').describe('option.textSource.encoding'),
})

export type TextFolders = z.output<typeof textFoldersSchema>

export const textTableSchema = z.strictObject({
  file: name.describe('option.textSource.file'),
  text: name.describe('option.textSource.text'),
  target: name.describe('option.textSource.target'),
  delimiter: tableFormat.delimiter,
  encoding: tableFormat.encoding,
  header: tableFormat.header,
  group: name.optional().describe('option.textSource.group'),
})

export type TextTable = z.output<typeof textTableSchema>
