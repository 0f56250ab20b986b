import { msg } from '../errors/message.ts'
import { breaks } from '../errors/schema-problems.ts'
import { z } from 'zod'
import { columnSettingsSchema } from './column-format.ts'
import { tableFormat } from './table-format.ts'
import { audioFoldersSchema, imageFoldersSchema } from './class-folders.ts'
import { textFoldersSchema, textTableSchema } from './text-source.ts'

/**
 * The `data` key of the built-in tasks. The ingest process, the tasks and the published JSON Schema
 * read the same schemas. Relative paths are relative to the study file.
 */

const filePath = z.string().min(1)

/** A number of rows (≥ 1), or a share of the rows they are taken from (between 0 and 1). */
const portionSchema = z.union([z.number().gt(0).lt(1), z.int().min(1)])

/** Rows (≥ 1) or a share (0…1, both excluded). */
export type Portion = z.output<typeof portionSchema>

/** How many rows the splits of a study have; what is absent has a default of its own. */
export interface SplitSizes {
  readonly train?: Portion | undefined
  readonly validation?: Portion | undefined
  readonly test?: Portion | undefined
}

const idxSourceSchema = z
  .strictObject({
    images: filePath.describe('option.data.images'),
    labels: filePath.describe('option.data.labels'),
    testImages: filePath.optional().describe('option.data.testImages'),
    testLabels: filePath.optional().describe('option.data.testLabels'),
  })
  .refine(
    source => (source.testImages === undefined) === (source.testLabels === undefined),
    breaks(msg('rule.testFilesTogether')),
  )

export type IdxSource = z.output<typeof idxSourceSchema>

export const imageDataSchema = z.strictObject({
  source: z
    .union([z.literal('mnist'), idxSourceSchema, imageFoldersSchema])
    .describe('option.data.source'),
  train: z.int().min(1).optional().describe('option.data.train'),
  validation: portionSchema.optional().describe('option.data.validation'),
  test: portionSchema.optional().describe('option.data.test'),
})

export type ImageData = z.output<typeof imageDataSchema>

const splitSizes = {
  train: portionSchema.optional().describe('option.data.trainRows'),
  validation: portionSchema.optional().describe('option.data.validationRows'),
  test: portionSchema.optional().describe('option.data.testRows'),
}

export const audioDataSchema = z.strictObject({ source: audioFoldersSchema, ...splitSizes })

export type AudioData = z.output<typeof audioDataSchema>

export const textDataSchema = z.strictObject({
  source: z.union([textFoldersSchema, textTableSchema]),
  ...splitSizes,
})

export type TextData = z.output<typeof textDataSchema>

/** Cells that mean "no value", compared after trimming: those of pandas, and `?`. */
export const defaultMissingWords = [
  '',
  'NA',
  'NaN',
  'nan',
  'null',
  'NULL',
  '?',
  'N/A',
  'n/a',
  '<NA>',
  'NaT',
  'None',
  '-NaN',
  '-nan',
  '#N/A',
  '#NA',
  '#N/A N/A',
  '1.#IND',
  '-1.#IND',
  '1.#QNAN',
  '-1.#QNAN',
] as const

const tableProblems = ['auto', 'classification', 'regression'] as const
export type TableProblem = Exclude<(typeof tableProblems)[number], 'auto'>

const tableKeys = z.strictObject({
  file: filePath.describe('option.data.file'),
  target: z.string().min(1).describe('option.data.target'),
  problem: z.enum(tableProblems).default('auto').describe('option.data.problem'),
  train: portionSchema.optional().describe('option.data.trainRows'),
  validation: portionSchema.default(0.2),
  test: portionSchema.default(0.2),
  testFile: filePath.optional().describe('option.data.testFile'),
  withoutTarget: z.enum(['refuse', 'drop']).default('refuse').describe('option.data.withoutTarget'),
  ...tableFormat,
  missing: z
    .array(z.string())
    .default([...defaultMissingWords])
    .describe('option.data.missing'),
  categorical: z.array(z.string()).default([]).describe('option.data.categorical'),
  numeric: z.array(z.string()).default([]).describe('option.data.numeric'),
  columns: z.record(z.string(), columnSettingsSchema).default({}).describe('option.data.columns'),
  ignore: z.array(z.string()).default([]).describe('option.data.ignore'),
  group: z.string().optional().describe('option.data.group'),
  time: z.string().optional().describe('option.data.time'),
  embargo: z.int().min(1).optional().describe('option.data.embargo'),
})

export const tableDataSchema = tableKeys
  .refine(
    ({ group, time }) => group === undefined || time === undefined,
    breaks(msg('rule.timeOrGroup'), ['time']),
  )
  .refine(
    ({ embargo, time }) => embargo === undefined || time !== undefined,
    breaks(msg('rule.embargoTime'), ['embargo']),
  )

export type TableData = z.output<typeof tableDataSchema>
