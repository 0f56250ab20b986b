import { z } from 'zod'
import { engineNames } from '../../../../core/machine/engines/registry.ts'
import type { EngineInfo } from '../../../../core/machine/engine.ts'
import { messageSchema } from '../../../../core/errors/message.ts'
import { MAX_WORKER_NAME } from '../../../../core/machine/job-queue.ts'
import type { PrepareMessage, StartMessage } from '../../../../core/processes/trainer-protocol.ts'
import { failureClasses } from '../../../../core/trial/trial.ts'

/**
 * A queue that many workers share. The broker carries messages and is trusted with nothing: all are sealed with a key that the study's
 * computer and its workers have. The study decides who holds a job; the queue only says that there is one.
 */

const id = z.uuid()
const worker = z.string().min(1).max(MAX_WORKER_NAME)

/** What lies in the queue: whom to ask for work, nothing more. */
export const queuedJobSchema = z.strictObject({ job: id, owner: id })

/** What a worker is to run. The study has checked it; the worker runs its own, trusted copy of code, and reads its own copy of data. */
export interface QueuedTrial extends Omit<PrepareMessage, 'datasetDirectory' | 'userCode'> {
  /** Hash of the prepared data; null without data. */
  readonly data: string | null
  /** Of the code below the study's folder, by place and content; null without code. */
  readonly code: string | null
  readonly start: StartMessage
}

const MAX_NAME = 4_000
export const MAX_STACK = 100_000
const numberOrNaN = z
  .number()
  .or(z.nan())
  .or(z.literal([Infinity, -Infinity]))

/** A file that came before the end, by its name. */
const artifact = z.strictObject({
  kind: z.string().min(1).max(MAX_NAME),
  path: z.string().min(1).max(MAX_NAME),
  bytes: z.int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
})

const outcome = z.discriminatedUnion('state', [
  z.strictObject({
    state: z.literal('complete'),
    values: z.array(numberOrNaN).max(100),
    bestStep: z.int().nullable(),
    artifacts: z.array(artifact).max(1_000).exactOptional(),
  }),
  z.strictObject({ state: z.literal('pruned') }),
  z.strictObject({ state: z.literal('canceled') }),
  z.strictObject({
    state: z.literal('failed'),
    failure: z.strictObject({
      class: z.enum(failureClasses),
      reason: messageSchema,
      stack: z.string().max(MAX_STACK).exactOptional(),
    }),
  }),
])

const engineSchema = z.looseObject({
  name: z.enum(engineNames),
  device: z.string().max(MAX_NAME),
  threads: z.int().optional(),
  versions: z.record(z.string().max(MAX_NAME), z.string().max(MAX_NAME)),
})

/** What a worker says once: kept until the study has heard it, in order. */
export const workerReportSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('started'),
    engine: z
      .custom<EngineInfo>(value => engineSchema.safeParse(value).success)
      .nullable()
      .exactOptional(),
  }),
  /** How it runs the code that it was asked for; again where that changed while it ran. */
  z.strictObject({
    kind: z.literal('code'),
    copied: z.boolean(),
    changed: z.literal(true).exactOptional(),
  }),
  z.strictObject({
    kind: z.literal('metrics'),
    names: z.array(z.string().max(MAX_NAME)).max(1_000),
    steps: z.custom<Int32Array>(value => value instanceof Int32Array),
    values: z.custom<Float64Array>(value => value instanceof Float64Array),
  }),
  z.strictObject({
    kind: z.literal('judge'),
    ask: z.int(),
    step: z.int(),
    value: numberOrNaN,
  }),
  z.strictObject({
    kind: z.literal('file'),
    name: z.string().min(1).max(1_000),
    offset: z.int().min(0),
    content: z.custom<Uint8Array>(value => value instanceof Uint8Array),
  }),
  z.strictObject({ kind: z.literal('ended'), outcome }),
  z.strictObject({ kind: z.literal('back') }),
  z.strictObject({ kind: z.literal('refused'), reason: messageSchema }),
])
export type WorkerReport = z.output<typeof workerReportSchema>

export const fromWorkerSchema = z.strictObject({
  job: id,
  worker: id,
  name: worker,
  /** Of this lease of the job: a worker that takes it again has another one. */
  lease: id,
  /** Rises by each message of a lease: one that was heard is not heard again. */
  count: z.int().min(0),
  /** The number of the first of `said`. */
  first: z.int().min(0),
  reports: z.array(workerReportSchema).max(10_000),
  /** Questions without an answer. */
  open: z.array(z.int()).max(100),
})
export type FromWorker = z.output<typeof fromWorkerSchema>

const answer = z.strictObject({
  ask: z.int(),
  action: z.enum(['continue', 'prune']),
})
export type JudgmentAnswer = z.output<typeof answer>

export const toWorkerSchema = z.strictObject({
  job: id,
  lease: id,
  count: z.int().min(0),
  /** `over`: nobody waits for this job any more. */
  state: z.enum(['held', 'over']),
  /** The next of `said` that the study waits for. */
  next: z.int().min(0),
  stop: z.enum(['cancel']).nullable(),
  judges: z.boolean(),
  answers: z.array(answer).max(100),
  /** Until the worker has said that it has begun. */
  work: z.custom<QueuedTrial>(value => typeof value === 'object' && value !== null).nullable(),
  /** After so long a silence of the study the worker ends by itself. */
  lostAfterMs: z.number(),
})
export type ToWorker = z.output<typeof toWorkerSchema>
