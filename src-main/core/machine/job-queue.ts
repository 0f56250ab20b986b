import { z } from 'zod'
import { type MessageDescriptor, msg } from '../errors/message.ts'
import { breaks } from '../errors/schema-problems.ts'

/** Job queues that many workers share, as a person adds them and a study names them. */

/** Without user or password; without encryption only to this computer, such as a tunnel that ends here. */
const jobQueueUrl =
  /^(rediss:\/\/(\[[0-9A-Fa-f:]+\]|[A-Za-z0-9][A-Za-z0-9.-]*)|redis:\/\/(localhost|127\.\d+\.\d+\.\d+|\[::1\]))(:\d{1,5})?(\/\d{1,2})?$/

export const jobQueueUrlSchema = z
  .string()
  .max(300)
  .refine(url => jobQueueUrl.test(url), breaks(msg('rule.jobQueueUrl')))
  .meta({ pattern: jobQueueUrl.source })
export const jobQueueNameSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/)
export const DEFAULT_JOB_QUEUE = 'trials'

/** In characters. */
export const [MAX_USER, MAX_PASSWORD, MAX_AUTHORITY] = [200, 1_000, 100_000]

/** A job queue as a person has added it on this computer. */
export const registeredJobQueueSchema = z.strictObject({
  url: jobQueueUrlSchema,
  /** 32 bytes; whoever has it can give work to workers and answer for them. */
  key: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  user: z.string().min(1).max(MAX_USER).optional(),
  password: z.string().min(1).max(MAX_PASSWORD).optional(),
  /** Certificates in PEM that the broker's is to be signed by, in place of the system's. */
  authority: z.string().min(1).max(MAX_AUTHORITY).optional(),
})
export type RegisteredJobQueue = z.output<typeof registeredJobQueueSchema>

export const MAX_WORKER_NAME = 200

/** What a worker says about itself. */
export const presenceSchema = z.strictObject({
  id: z.uuid(),
  name: z.string().min(1).max(MAX_WORKER_NAME),
  slots: z.int().min(1),
  busy: z.int().min(0),
})
export type WorkerPresence = z.output<typeof presenceSchema>

/** What a look at a job queue has found. */
export interface JobQueueReport {
  /** Null: it answers. */
  readonly failure: MessageDescriptor | null
  readonly waiting: number
  readonly workers: readonly WorkerPresence[]
}
