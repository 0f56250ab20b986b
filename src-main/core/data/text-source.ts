import { z } from 'zod'
import { tableEncodings, tableFormat } from './table-format.ts'
import { classFoldersSchema } from './class-folders.ts'

/** Where the texts of a text task come from. */

const name = z.string().min(1)

export const textEncodingSchema = z.enum(tableEncodings).exclude(['utf-16be'])

export const textFoldersSchema = classFoldersSchema.extend({
  groupUntil: name.optional().describe('option.textSource.groupUntil'),
  encoding: textEncodingSchema.default('utf-8').describe('option.textSource.encoding'),
})

export type TextFolders = z.output<typeof textFoldersSchema>

export const textTableSchema = z.strictObject({
  file: name.describe('option.textSource.file'),
  text: name.describe('option.textSource.text'),
  target: name.describe('option.textSource.target'),
  delimiter: tableFormat.delimiter,
  encoding: tableFormat.encoding,
  header: tableFormat.header,
  sheet: tableFormat.sheet,
  group: name.optional().describe('option.textSource.group'),
})

export type TextTable = z.output<typeof textTableSchema>
