import { type MessageDescriptor, msg, messageSchema } from '../../core/errors/message.ts'
import { z } from 'zod'
import { columnFormatSchema } from '../../core/data/column-format.ts'
import type { DatasetManifest } from '../../core/data/dataset.ts'
import { AppError } from '../../core/errors/errors.ts'
import type { JsonValue } from '../../core/values/json.ts'

/** `schema` of a prepared image set. Labels are class indices into `classNames`. */
const imageSchemaSchema = z.strictObject({
  /** height, width, channels */
  imageShape: z.tuple([z.int().min(1), z.int().min(1), z.int().min(1)]),
  classNames: z.array(z.string()).min(2),
  classCounts: z.array(z.int()),
  /** Null without test images of its own. */
  testClassCounts: z.array(z.int()).nullable(),
  /** Rows of every group; null where rows are not grouped. */
  groupCounts: z.array(z.int()).nullable(),
})
export type ImageSchema = z.output<typeof imageSchemaSchema>

const classFields = {
  classNames: z.array(z.string()).min(2),
  classCounts: z.array(z.int()),
  testClassCounts: z.null(),
  groupCounts: z.array(z.int()).nullable(),
}

/** `schema` of a prepared set of recordings. */
const audioSchemaSchema = z.strictObject({
  ...classFields,
  /** Samples per second. */
  sampleRate: z.int().min(1),
  seconds: z.number().gt(0),
})
export type AudioSchema = z.output<typeof audioSchemaSchema>

/** `schema` of a prepared set of texts. */
const textSchemaSchema = z.strictObject(classFields)
export type TextSchema = z.output<typeof textSchemaSchema>

/** The common part of the schemas of images, recordings and texts. */
export type ClassSchema = Pick<
  ImageSchema,
  'classNames' | 'classCounts' | 'testClassCounts' | 'groupCounts'
>

/** `schema` of a prepared table. */
const tableSchemaSchema = z.strictObject({
  problem: z.enum(['classification', 'regression']),
  target: z.string(),
  /** Null for regression, like `classCounts`. */
  classNames: z.array(z.string()).nullable(),
  classCounts: z.array(z.int()).nullable(),
  rows: z.int().min(1),
  /** Rows of a test file of its own, the last ones; `classCounts` leave them out. */
  testRows: z.int().default(0),
  numeric: z.array(
    z.strictObject({
      name: z.string(),
      missing: z.int(),
      /** Data from before there were formats do not say it: numbers written plainly. */
      format: columnFormatSchema.optional(),
    }),
  ),
  categorical: z.array(
    z.strictObject({
      name: z.string(),
      missing: z.int(),
      categories: z.array(z.string()),
      /** Absent where each spelling is a category of its own. */
      format: columnFormatSchema.optional(),
    }),
  ),
  ignored: z.array(z.strictObject({ name: z.string(), reason: messageSchema })),
  /** Groups of rows; null without a column of groups. */
  groupCount: z.int().nullable().default(null),
  /** Column of times; null without one. */
  time: z.string().nullable().default(null),
})
export type TableSchema = z.output<typeof tableSchemaSchema>

/** The schema of an image set. @throws AppError `data.invalid` if the data set is of another kind */
export function readImageSchema(manifest: DatasetManifest): ImageSchema {
  return readSchema(manifest, 'image', imageSchemaSchema)
}

/**
 * Classes and groups of a set of images, recordings or texts.
 * @throws AppError `data.invalid` if the data set is of another kind
 */
export function readClassSchema(manifest: DatasetManifest): ClassSchema {
  switch (manifest.kind) {
    case 'audio':
      return readAudioSchema(manifest)
    case 'text':
      return readTextSchema(manifest)
    default:
      return readImageSchema(manifest)
  }
}

/** The schema of recordings. @throws AppError `data.invalid` if the data set is of another kind */
export function readAudioSchema(manifest: DatasetManifest): AudioSchema {
  return readSchema(manifest, 'audio', audioSchemaSchema)
}

/** The schema of texts. @throws AppError `data.invalid` if the data set is of another kind */
export function readTextSchema(manifest: DatasetManifest): TextSchema {
  return readSchema(manifest, 'text', textSchemaSchema)
}

/** The schema of a table. @throws AppError `data.invalid` if the data set is of another kind */
export function readTableSchema(manifest: DatasetManifest): TableSchema {
  return readSchema(manifest, 'table', tableSchemaSchema)
}

function readSchema<Schema>(
  manifest: DatasetManifest,
  kind: DatasetManifest['kind'],
  schema: z.ZodType<Schema>,
): Schema {
  const parsed = manifest.kind === kind ? schema.safeParse(manifest.schema) : null
  if (parsed?.success === true) return parsed.data
  throw dataInvalid(manifest, 'dataset.json', manifest.kind, msg('rule.equal', { value: kind }))
}

export function dataInvalid(
  manifest: DatasetManifest,
  field: string,
  value: JsonValue,
  rule: MessageDescriptor,
): AppError {
  return new AppError('data.invalid', { path: sourceName(manifest), field, value, rule })
}

/** @throws AppError `data.invalid` if a class has none of the training rows */
export function requireClasses(
  manifest: DatasetManifest,
  names: readonly string[],
  labels: Int32Array,
  trainingRows: Int32Array,
): void {
  const seen = new Set(Array.from(trainingRows, row => labels[row]))
  const absent = names.find((_, label) => !seen.has(label))
  if (absent === undefined) return
  throw dataInvalid(manifest, `classes.${absent}`, 0, msg('rule.rowsToTrain'))
}

/** The name of the data in errors and reports. */
export function sourceName(manifest: DatasetManifest): string {
  const { source } = manifest.properties
  return typeof source === 'string' ? source : 'data set'
}
