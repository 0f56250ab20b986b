import { z } from 'zod'
import { type MessageDescriptor, msg, messageSchema } from '../errors/message.ts'
import { rowsInTimeSchema, rowsOfGroupsSchema, suspicionMessage } from './row-structure.ts'
import type { JsonObject } from '../values/json.ts'

const findingSchema = z.discriminatedUnion('kind', [
  /** Rows of the part `to` whose content stands in the part `from` too: `rows` of `of`. */
  z.strictObject({
    kind: z.literal('duplicates'),
    from: z.enum(['train', 'validation']),
    to: z.enum(['validation', 'test']),
    rows: z.int(),
    of: z.int(),
  }),
  /** Rows of all folds whose content another row of them has: `rows` of `of`. */
  z.strictObject({ kind: z.literal('repeatedInFolds'), rows: z.int(), of: z.int() }),
  /** A part of so few rows that each of them moves its accuracy by more than two points. */
  z.strictObject({
    kind: z.literal('fewRows'),
    part: z.enum(['validation', 'test']),
    rows: z.int().min(1),
  }),
  /** A column that tells the target by itself. */
  z.strictObject({ kind: z.literal('targetInColumn'), column: z.string() }),
  /** Rows are split at random although they hang together. */
  rowsOfGroupsSchema,
  rowsInTimeSchema,
])

/** Something that looks wrong with the data of a study, though it can be trained on. */
export type DatasetFinding = Readonly<z.output<typeof findingSchema>>

export const findingsSchema = z.array(findingSchema)

/** The findings among the properties of data; none in properties from before there were findings. */
export function readFindings(properties: JsonObject): readonly DatasetFinding[] {
  return findingsSchema.safeParse(properties['findings']).data ?? []
}

/** One array of a prepared data set. */
export interface DatasetArray {
  readonly name: string
  readonly dtype: 'uint8' | 'int32' | 'float32' | 'float64'
  readonly shape: readonly number[]
  readonly file: string
  readonly bytes: number
}

/**
 * The file that the ingest process leaves in the folder of a prepared data set (`dataset.json`): every
 * untrusted byte has been parsed and checked, trainers read plain arrays.
 */
export interface DatasetManifest {
  readonly format: 1
  readonly kind: 'image' | 'table' | 'audio' | 'text'
  /** SHA-256 over the contents of the source files, hexadecimal. */
  readonly contentHash: string
  /** Shown in reports: rows, classes, columns … */
  readonly properties: JsonObject
  /** Needed by the task beside the arrays: column names and kinds, class names … */
  readonly schema: JsonObject
  readonly arrays: readonly DatasetArray[]
}

export type DatasetArrayData = Uint8Array | Int32Array | Float32Array | Float64Array

/** A prepared data set in memory. */
export interface PreparedDataset {
  readonly manifest: DatasetManifest
  readonly arrays: Readonly<Record<string, DatasetArrayData>>
}

/** Findings about a study's data; nothing for a study without data. */
export function findingMessages(dataset: JsonObject | null): readonly MessageDescriptor[] {
  return dataset === null ? [] : readFindings(dataset).map(findingMessage)
}

/** All that looks wrong with a study's data: how columns were read, then the findings. */
export function dataRemarks(dataset: JsonObject | null): readonly MessageDescriptor[] {
  const warnings = z.array(messageSchema).safeParse(dataset?.['warnings']).data ?? []
  return [...warnings, ...findingMessages(dataset)]
}

function findingMessage(finding: DatasetFinding): MessageDescriptor {
  if (finding.kind === 'targetInColumn') {
    return msg('finding.targetInColumn', { column: finding.column })
  }
  if (finding.kind === 'rowsOfGroups' || finding.kind === 'rowsInTime') {
    return suspicionMessage(finding)
  }
  if (finding.kind === 'fewRows') {
    const { part, rows } = finding
    const points = Math.round(1_000 / rows) / 10
    return msg('finding.fewRows', { part: msg(`finding.part.${part}`), rows, points })
  }
  if (finding.kind === 'repeatedInFolds') {
    const { rows, of } = finding
    return msg('finding.repeatedInFolds', { rows, of })
  }
  const { rows, of, from, to } = finding
  const [first, second] = [msg(`finding.part.${from}`), msg(`finding.part.${to}`)]
  return msg('finding.sameContent', { rows, of, from: first, to: second })
}
