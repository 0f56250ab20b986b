import type { MessageDescriptor } from '../../../core/errors/message.ts'
import { z } from 'zod'
import { msg } from '../../../core/errors/message.ts'
import type { JsonValue } from '../../../core/values/json.ts'
import { metricJsonSchema } from '../../../core/trial/metric-value.ts'
import { namedValues } from '../../../core/values/named-values.ts'
import { breaks } from '../../../core/errors/schema-problems.ts'
import {
  parameterSchema,
  parameterValueSchema,
  type SpaceSpecification,
} from '../../../core/study/space-specification.ts'
import { stopSchema } from '../../../core/study/keys/stop.ts'
import { type Goal, studySpecificationSchema } from '../../../core/study/study-specification.ts'
import { MAX_NOTE_LENGTH } from '../../../core/trial/trial-files.ts'
import type {
  Assignment,
  ParameterValue,
  Provenance,
  TrialState,
} from '../../../core/trial/trial.ts'

/**
 * The lines of `tunewright suggest`, one JSON value each. The first line opens the study; every further one
 * is an object with one key: `ask`, `tell`, `report`, `suggest`, `say`, `files`, `add`, `trials`, or `open` and `close` for further studies,
 * and beside it `study`, where it is not about the first. JSON has no NaN and no infinities: they
 * are the texts `"NaN"`, `"Infinity"` and `"-Infinity"`, in both directions.
 */

/** Trials that one line may ask for. */
const MAX_ASKED = 10_000

const shape = studySpecificationSchema.shape

/** Parts of a study file that have a meaning where another program evaluates; `name` defaults to `ask-and-tell`. */
export const openLineSchema = z.strictObject({
  name: shape.name.default('ask-and-tell'),
  goals: shape.goals,
  constraints: shape.constraints,
  // Empty for trials that name their parameters as they go (`suggest`).
  space: shape.space,
  fix: shape.fix,
  relations: shape.relations,
  enqueue: shape.enqueue,
  // The result of an equal trial is the other program's to reuse.
  duplicates: z.enum(['allow', 'redraw']).default('allow').describe('option.askTell.duplicates'),
  warmStart: shape.warmStart,
  sampler: shape.sampler,
  pruner: shape.pruner,
  artifacts: shape.artifacts,
  // How many failures in a row are too many is the other program's to say.
  stop: stopSchema.omit({ failures: true }).default({}),
  parallelTrials: shape.parallelTrials,
  seed: shape.seed,
})

const trial = z.int().min(0).describe('option.askTell.trial')
const reason = z.string().max(2_000).optional().describe('option.askTell.reason')

const tellSchema = z.strictObject({
  trial,
  state: z.enum(['complete', 'pruned', 'failed']).default('complete'),
  values: z.array(metricJsonSchema).optional().describe('option.askTell.values'),
  constraints: z.array(metricJsonSchema).optional().describe('option.askTell.constraints'),
  reason,
})
export type Tell = z.output<typeof tellSchema>

const reportSchema = z.strictObject({
  trial,
  step: z.int().min(0).max(2_147_483_647),
  metrics: z
    .record(z.string().min(1).max(200), metricJsonSchema)
    .refine(metrics => Object.keys(metrics).length > 0, breaks(msg('rule.notEmpty'))),
})
export type MetricReport = z.output<typeof reportSchema>

const suggestSchema = z.strictObject({ trial, name: z.string(), parameter: parameterSchema })
export type Suggest = z.output<typeof suggestSchema>

/** What is to be kept with a trial beside metrics. */
const saySchema = z.strictObject({
  trial,
  note: z.string().min(1).max(MAX_NOTE_LENGTH).optional().describe('option.askTell.note'),
  attributes: namedValues(z.json()).default({}).describe('option.askTell.attributes'),
})
export type Say = z.output<typeof saySchema>

const filesSchema = z.strictObject({ trial })

/** A trial that was not asked for: what is known already, or what others propose. */
const addSchema = z.strictObject({
  parameters: namedValues(parameterValueSchema),
  state: z.enum(['running', ...tellSchema.shape.state.unwrap().options]).default('complete'),
  values: tellSchema.shape.values,
  constraints: tellSchema.shape.constraints,
  reports: z
    .array(reportSchema.omit({ trial: true }))
    .max(100_000)
    .default([])
    .describe('option.askTell.reports'),
})
export type Add = z.output<typeof addSchema>

const trialsSchema = z.strictObject({ from: z.int().min(0).default(0) })

/** The lines after the first, by their one key. */
export const requestLineSchemas = {
  ask: z.int().min(1).max(MAX_ASKED),
  tell: tellSchema,
  report: reportSchema,
  suggest: suggestSchema,
  say: saySchema,
  files: filesSchema,
  add: addSchema,
  trials: trialsSchema,
  open: openLineSchema,
  close: z.strictObject({}),
} as const
export type RequestKind = keyof typeof requestLineSchemas
export type RequestOf<Kind extends RequestKind> = z.output<(typeof requestLineSchemas)[Kind]>

/** Room for a first line with 10,000 points to begin with; anything else is far shorter. */
export const MAX_LINE_BYTES = 16 * 1024 * 1024

/** The answer to a line; `ask` gives one line per trial, or fewer and then why there are no more. */
export type AskAnswer =
  | { readonly trial: number; readonly parameters: Assignment; readonly why: Provenance }
  | { readonly exhausted: MessageDescriptor }
export interface TellAnswer {
  readonly told: number
}
export interface ReportAnswer {
  readonly trial: number
  readonly prune: boolean
  readonly reason: MessageDescriptor
}
export interface SuggestAnswer {
  readonly trial: number
  readonly name: string
  readonly value: ParameterValue
}
export interface SayAnswer {
  readonly said: number
}
export interface FilesAnswer {
  readonly trial: number
  /** Files that are left there are kept with the trial once it is told; null where nothing is kept. */
  readonly folder: string | null
}
export interface AddAnswer {
  readonly added: number
}
export interface OpenAnswer {
  readonly opened: string
}
export interface CloseAnswer {
  readonly closed: string
}
/** The study as it stands. */
export interface TrialsAnswer {
  readonly study: string
  readonly goals: readonly Goal[]
  readonly pruner: string
  readonly space: SpaceSpecification
  readonly trials: readonly {
    readonly trial: number
    readonly state: TrialState
    readonly parameters: Assignment
    readonly values: readonly number[]
    /** Of the first goal's metric, as pairs of step and value. */
    readonly reports: readonly (readonly [step: number, value: number])[]
  }[]
}
export interface FieldProblem {
  /** Where in the line, e.g. `tell.values[0]`; empty for the line as a whole. */
  readonly field: string
  readonly value: JsonValue
  readonly rule: MessageDescriptor
}
export interface ErrorAnswer {
  readonly error: FieldProblem & {
    readonly code: string
    /** Of the input, from 1. */
    readonly line: number
    /** Every broken rule, where there are several. */
    readonly problems?: readonly FieldProblem[]
  }
}
