import { fact } from './fact.ts'
import { breaks } from './schema-problems.ts'
import { z } from 'zod'
import { tableFormat } from './table-format.ts'
import { audioFoldersSchema, imageFoldersSchema } from './class-folders.ts'
import { textFoldersSchema, textTableSchema } from './text-source.ts'

/**
 * The `data` key of the built-in tasks. The ingest process, the tasks and the published JSON Schema
 * read the same schemas. Relative paths are relative to the study file.
 */

const filePath = z.string().min(1)

/** A number of rows (≥ 1), or a share of the rows they are taken from (between 0 and 1). */
export const portionSchema = z.union([z.number().gt(0).lt(1), z.int().min(1)])

/** Rows (≥ 1) or a share (0…1, both excluded). */
export type Portion = z.output<typeof portionSchema>

/** How many rows the splits of a study have; what is absent has a default of its own. */
export interface SplitSizes {
  readonly train?: Portion | undefined
  readonly validation?: Portion | undefined
  readonly test?: Portion | undefined
}

export const idxSourceSchema = z
  .strictObject({
    images: filePath.describe('IDX or NPY file of bytes: count × height × width (× channels).'),
    labels: filePath.describe('IDX or NPY file: one label per image, 0 to 255.'),
    testImages: filePath.optional().describe('Images of the test split.'),
    testLabels: filePath.optional().describe('Labels of the test split.'),
  })
  .refine(
    source => (source.testImages === undefined) === (source.testLabels === undefined),
    breaks(fact('rule.testFilesTogether')),
  )

export type IdxSource = z.output<typeof idxSourceSchema>

export const imageDataSchema = z.strictObject({
  source: z
    .union([z.literal('mnist'), idxSourceSchema, imageFoldersSchema])
    .describe('`mnist`, IDX or NPY files (plain or gzip), or folders of PNG and JPEG files.'),
  train: z
    .int()
    .min(1)
    .optional()
    .describe('Training images; all that validation (and test) leave if absent.'),
  validation: portionSchema
    .optional()
    .describe('Taken from the training images; 2,000 or a fifth of them, whichever is less.'),
  test: portionSchema
    .optional()
    .describe(
      'Of the test images, all if absent; without test images, of the training images, a fifth if absent.',
    ),
})

export type ImageData = z.output<typeof imageDataSchema>

const splitSizes = {
  train: portionSchema.optional().describe('Training rows; all that remain if absent.'),
  validation: portionSchema.optional().describe('2,000 rows or a fifth, whichever is less.'),
  test: portionSchema.optional().describe('A fifth if absent.'),
}

export const audioDataSchema = z.strictObject({ source: audioFoldersSchema, ...splitSizes })

export type AudioData = z.output<typeof audioDataSchema>

export const textDataSchema = z.strictObject({
  source: z.union([textFoldersSchema, textTableSchema]),
  ...splitSizes,
})

export type TextData = z.output<typeof textDataSchema>

/** Cells that mean "no value", compared after trimming. */
export const defaultMissingWords = ['', 'NA', 'NaN', 'nan', 'null', 'NULL', '?'] as const

export const tableProblems = ['auto', 'classification', 'regression'] as const
export type TableProblem = Exclude<(typeof tableProblems)[number], 'auto'>

const tableKeys = z.strictObject({
  file: filePath.describe(
    'CSV or TSV file (plain or gzip), Parquet file, or NPY file of rows × columns.',
  ),
  target: z.string().min(1).describe('Column to predict.'),
  problem: z
    .enum(tableProblems)
    .default('auto')
    .describe('`auto`: text, or at most 20 different whole numbers, is classification.'),
  train: portionSchema.optional().describe('Training rows; all that remain if absent.'),
  validation: portionSchema.default(0.2),
  test: portionSchema.default(0.2),
  ...tableFormat,
  missing: z
    .array(z.string())
    .default([...defaultMissingWords])
    .describe('Cells that mean "no value".'),
  categorical: z
    .array(z.string())
    .default([])
    .describe('Columns that are names, even of numbers, or different in every row.'),
  numeric: z
    .array(z.string())
    .default([])
    .describe('Columns that must hold numbers: a text in them is an error, not a category.'),
  ignore: z.array(z.string()).default([]).describe('Columns that must not be used.'),
  group: z
    .string()
    .optional()
    .describe('Column of groups (a patient); no group is in two splits. It is no feature.'),
  time: z
    .string()
    .optional()
    .describe(
      'Column of times: the latest rows are the test split, those before them validation. It is no feature.',
    ),
})

export const tableDataSchema = tableKeys.refine(
  ({ group, time }) => group === undefined || time === undefined,
  breaks(fact('rule.timeOrGroup'), ['time']),
)

export type TableData = z.output<typeof tableDataSchema>
