import { reasonOf } from '../contract/error-fact.ts'
import { z } from 'zod'
import type { NewDatasetEntry } from '../contract/dataset-registry.ts'
import { findingsSchema } from '../contract/dataset.ts'
import type { ErrorCode } from '../contract/errors.ts'
import { engineNames, type EngineInfo } from '../contract/engine.ts'
import { fact, factSchema, verbatim } from '../contract/fact.ts'
import { importNoteSchema } from '../contract/import-note.ts'
import type { StudyOrigin } from '../contract/imported-study.ts'
import { isObject, type JsonObject } from '../contract/json.ts'
import { metricJsonSchema, metricToJson } from '../contract/metric-value.ts'
import {
  queueKinds,
  type QueueOrigin,
  type StudyEnvironment,
  type StudyLabels,
} from '../contract/study.ts'
import {
  studySpecificationSchema,
  type StudySpecification,
} from '../contract/study-specification.ts'
import type { Assignment, Provenance } from '../contract/trial.ts'
import { StoredValueError } from './database-errors.ts'

/** Text that JSON.parse accepted holds JSON values only; that it is an object is left to check. */
const jsonObjectSchema = z.custom<JsonObject>(isObject, 'must be an object')

const originOfStudySchema: z.ZodType<StudyOrigin> = z.looseObject({
  program: z.string(),
  version: z.string().nullable(),
  file: z.string(),
  sha256: z.string(),
  study: z.string(),
  notes: z.array(z.union([z.string(), importNoteSchema])),
})

const environmentSchema: z.ZodType<StudyEnvironment> = z.looseObject({
  tunewright: z.string(),
  node: z.string(),
  sqlite: z.string(),
  platform: z.string(),
  cpu: z.string(),
  cores: z.number(),
  memoryBytes: z.number(),
  importedFrom: originOfStudySchema.exactOptional(),
})

/** In one function, not one schema per value: a study has 10,000 assignments, and opening it reads them all. */
const assignmentSchema: z.ZodType<Assignment> = z.custom<Assignment>(
  value =>
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every(one => ['string', 'number', 'boolean'].includes(typeof one)),
  'must be an object of texts, numbers and truth values',
)

const labelsSchema: z.ZodType<StudyLabels> = z.looseObject({
  tags: z.array(z.string()),
  note: z.string(),
  archived: z.boolean(),
})

const originSchema: z.ZodType<QueueOrigin> = z.looseObject({
  kind: z.enum(queueKinds),
  trialNumber: z.number().nullable(),
  step: z.number().exactOptional(),
  untilStep: z.number().exactOptional(),
})

const provenanceSchema: z.ZodType<Provenance> = z.looseObject({
  sampler: z.string(),
  reason: factSchema,
  detail: jsonObjectSchema.exactOptional(),
})

const engineSchema: z.ZodType<EngineInfo> = z.looseObject({
  name: z.enum(engineNames),
  device: z.string(),
  versions: z.record(z.string(), z.string()),
  passedOver: z
    .array(
      z.looseObject({
        engine: z.enum(engineNames),
        error: z.looseObject({
          code: z.string() as unknown as z.ZodType<ErrorCode>,
          detail: z.json(),
        }),
      }),
    )
    .exactOptional(),
  fallbackReason: z.string().exactOptional(),
})

const datasetSchemas = {
  sources: z.array(
    z.strictObject({
      path: z.string(),
      files: z.number(),
      bytes: z.number(),
      modifiedAtMs: z.number(),
    }),
  ),
  settings: jsonObjectSchema,
  arrays: z.array(z.strictObject({ name: z.string(), shape: z.array(z.number()) })),
  columns: z.array(z.strictObject({ name: z.string(), kind: z.enum(['numeric', 'categorical']) })),
  facts: jsonObjectSchema,
  findings: findingsSchema,
}

/** What a row of `datasets` holds as JSON. */
export type DatasetColumns = Pick<NewDatasetEntry, keyof typeof datasetSchemas>

const metricValuesSchema = z.record(z.string(), metricJsonSchema)

export function decodeSpecification(text: string): StudySpecification {
  return decode(text, studySpecificationSchema, 'studies.specification')
}

export function decodeEnvironment(text: string): StudyEnvironment {
  return decode(text, environmentSchema, 'studies.environment')
}

export function decodeDataset(text: string): JsonObject {
  return decode(text, jsonObjectSchema, 'studies.dataset')
}

export function decodeDatasetColumns(row: {
  readonly [Name in keyof DatasetColumns]: string
}): DatasetColumns {
  return {
    sources: decode(row.sources, datasetSchemas.sources, 'datasets.sources'),
    settings: decode(row.settings, datasetSchemas.settings, 'datasets.settings'),
    arrays: decode(row.arrays, datasetSchemas.arrays, 'datasets.arrays'),
    columns: decode(row.columns, datasetSchemas.columns, 'datasets.columns'),
    facts: decode(row.facts, datasetSchemas.facts, 'datasets.facts'),
    findings: decode(row.findings, datasetSchemas.findings, 'datasets.findings'),
  }
}

export function decodeLabels(text: string): StudyLabels {
  return decode(text, labelsSchema, 'studies.labels')
}

export function decodeOrigin(text: string): QueueOrigin {
  return decode(text, originSchema, 'queued_points.origin')
}

export function decodeEventDetail(text: string): JsonObject {
  return decode(text, jsonObjectSchema, 'events.detail')
}

export function decodeAssignment(text: string): Assignment {
  return decode(text, assignmentSchema, 'trials.parameters')
}

export function decodeProvenance(text: string): Provenance {
  return decode(text, provenanceSchema, 'trials.provenance')
}

export function decodeEngine(text: string): EngineInfo {
  return decode(text, engineSchema, 'attempts.engine')
}

export function decodeMetricValues(text: string): Readonly<Record<string, number>> {
  return decode(text, metricValuesSchema, 'winners.metrics')
}

export function encodeMetricValues(metrics: Readonly<Record<string, number>>): string {
  const entries = Object.entries(metrics).map(([name, value]) => [name, metricToJson(value)])
  return JSON.stringify(Object.fromEntries(entries))
}

/** JSON that keeps −0, which `JSON.stringify` would turn into 0: a repeated trial is the same bit for bit. */
export function encodeAssignment(assignment: Assignment): string {
  const entries = Object.entries(assignment).map(
    ([name, value]) =>
      `${JSON.stringify(name)}:${Object.is(value, -0) ? '-0' : JSON.stringify(value)}`,
  )
  return `{${entries.join(',')}}`
}

/** @throws StoredValueError that names the column and the broken rule. */
function decode<Value>(text: string, schema: z.ZodType<Value>, column: string): Value {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch (error) {
    throw new StoredValueError(fact('failure.column', { column, reason: reasonOf(error) }))
  }
  const result = schema.safeParse(parsed)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const place = [column, ...(issue?.path ?? [])].join('.')
  const reason = verbatim(issue?.message ?? '')
  throw new StoredValueError(fact('failure.column', { column: place, reason }))
}
