import { baselineSchema } from '../../core/study/baseline.ts'
import { z } from 'zod'
import { columnFormatSchema } from '../../core/data/column-format.ts'
import { findingsSchema } from '../../core/data/dataset.ts'
import { type ErrorCode, reasonOf } from '../../core/errors/errors.ts'
import { computingNames, engineNames } from '../../core/machine/engines/registry.ts'
import type { EngineInfo } from '../../core/machine/engine.ts'
import { msg, isMessage } from '../../core/errors/message.ts'
import { importNoteSchema } from '../../core/study/import-note.ts'
import type { StudyOrigin } from '../../core/study/imported-study.ts'
import { customChartSchema } from '../../core/study/custom-chart.ts'
import { trialViewSchema } from '../../core/study/trial-view.ts'
import { isObject, isTooDeep, type JsonObject, MAX_JSON_DEPTH } from '../../core/values/json.ts'
import { metricJsonSchema, metricToJson } from '../../core/trial/metric-value.ts'
import {
  queuedPointKinds,
  type QueuedPointOrigin,
  type StudyEnvironment,
  type StudyLabels,
} from '../../core/study/study.ts'
import { breaks, parseWithProblems } from '../../core/errors/schema-problems.ts'
import { studySpecificationSchema } from '../../core/study/study-specification.ts'
import type { Assignment, AttemptCode, Provenance } from '../../core/trial/trial.ts'
import { fileMediaSchema } from '../../core/trial/trial-files.ts'
import { StoredValueError } from './database-errors.ts'

/** Text that JSON.parse accepted holds JSON values only; that it is an object is left to check. */
const jsonObjectSchema = z.custom<JsonObject>(
  isObject,
  breaks(msg('rule.type', { expected: msg('kind.mapping') })),
)

const originOfStudySchema: z.ZodType<StudyOrigin> = z.looseObject({
  program: z.string(),
  version: z.string().nullable(),
  file: z.string().nullable(),
  sha256: z.string().nullable(),
  study: z.string(),
  notes: z.array(importNoteSchema),
  userAttributes: jsonObjectSchema.exactOptional(),
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
const assignmentSchema = z.custom<Assignment>(
  value =>
    isObject(value) &&
    Object.values(value).every(entry => ['string', 'number', 'boolean'].includes(typeof entry)),
  breaks(msg('rule.allowed')),
)

const labelsSchema: z.ZodType<StudyLabels> = z.looseObject({
  tags: z.array(z.string()),
  note: z.string(),
  archived: z.boolean(),
  baseline: baselineSchema.nullable().exactOptional(),
})

const originSchema: z.ZodType<QueuedPointOrigin> = z.looseObject({
  kind: z.enum(queuedPointKinds),
  trialNumber: z.number().nullable(),
  step: z.number().exactOptional(),
  untilStep: z.number().exactOptional(),
})

const provenanceSchema = z.custom<Provenance>(
  value =>
    isObject(value) &&
    typeof value['sampler'] === 'string' &&
    isMessage(value['reason']) &&
    (!('detail' in value) || isObject(value['detail'])),
  breaks(msg('rule.allowed')),
)

const engineSchema: z.ZodType<EngineInfo> = z.looseObject({
  name: z.enum(engineNames),
  device: z.string(),
  threads: z.number().exactOptional(),
  versions: z.record(z.string(), z.string()),
  passedOver: z
    .array(
      z.looseObject({
        engine: z.enum(computingNames),
        error: z.looseObject({
          code: z.string() as unknown as z.ZodType<ErrorCode>,
          detail: z.json(),
        }),
      }),
    )
    .exactOptional(),
  fallbackReason: z.string().exactOptional(),
})

const attemptCodeSchema: z.ZodType<AttemptCode> = z.looseObject({
  fingerprint: z.string(),
  copied: z.boolean(),
  changed: z.literal(true).exactOptional(),
})

/** Every column that holds JSON, with what it may hold. */
const columns = {
  'studies.specification': studySpecificationSchema,
  'studies.environment': environmentSchema,
  'studies.dataset': jsonObjectSchema,
  'studies.labels': labelsSchema,
  'studies.custom_chart': customChartSchema,
  'studies.trial_views': z.array(trialViewSchema),
  'queued_points.origin': originSchema,
  'events.detail': jsonObjectSchema,
  'trials.parameters': assignmentSchema,
  'trials.provenance': provenanceSchema,
  'attempts.engine': engineSchema,
  'attempts.code': attemptCodeSchema,
  'trainings.objective_values': z.array(metricJsonSchema),
  'winners.metrics': z.record(z.string(), metricJsonSchema),
  'datasets.sources': z.array(
    z.strictObject({
      path: z.string(),
      files: z.number(),
      bytes: z.number(),
      modifiedAtMs: z.number(),
      isElsewhere: z.literal(true).optional(),
    }),
  ),
  'datasets.settings': jsonObjectSchema,
  'datasets.arrays': z.array(z.strictObject({ name: z.string(), shape: z.array(z.number()) })),
  'datasets.columns': z.array(
    z.strictObject({
      name: z.string(),
      kind: z.enum(['numeric', 'categorical']),
      format: columnFormatSchema.optional(),
    }),
  ),
  'datasets.properties': jsonObjectSchema,
  'datasets.findings': findingsSchema,
  'artifacts.media': fileMediaSchema,
}

type Columns = { readonly [Name in keyof typeof columns]: z.output<(typeof columns)[Name]> }

/** @throws StoredValueError that names the column and the broken rule. */
export function decodeColumn<Name extends keyof Columns>(
  column: Name,
  text: string,
): Columns[Name] {
  let parsed: unknown
  if (isTooDeep(text)) {
    const reason = msg('rule.depth', { limit: MAX_JSON_DEPTH })
    throw new StoredValueError(msg('failure.column', { column, reason }))
  }
  try {
    parsed = JSON.parse(text)
  } catch (error) {
    throw new StoredValueError(msg('failure.column', { column, reason: reasonOf(error) }))
  }
  const schema: z.ZodType = columns[column]
  const result = schema.safeParse(parsed)
  if (result.success) return result.data as Columns[Name]
  const explained = parseWithProblems(schema, parsed, [column])
  const [problem] = explained.ok ? [] : explained.problems
  const columnPath = problem?.path.join('.') ?? column
  const reason = problem?.rule ?? msg('rule.allowed')
  throw new StoredValueError(msg('failure.column', { column: columnPath, reason }))
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
