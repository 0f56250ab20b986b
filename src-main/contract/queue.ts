import { z } from 'zod'
import { fact } from '../core/errors/fact.ts'
import { breaks } from '../core/errors/schema-problems.ts'

/** Queues that many workers share, as a person adds them and a study names them. */

/** Without user or password; without encryption only to this computer, such as a tunnel that ends here. */
const queueUrl =
  /^(rediss:\/\/(\[[0-9A-Fa-f:]+\]|[A-Za-z0-9][A-Za-z0-9.-]*)|redis:\/\/(localhost|127\.\d+\.\d+\.\d+|\[::1\]))(:\d{1,5})?(\/\d{1,2})?$/

const queueUrlSchema = z
  .string()
  .max(300)
  .refine(url => queueUrl.test(url), breaks(fact('rule.queueUrl')))
  .meta({ pattern: queueUrl.source })
export const queueNameSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/)
export const DEFAULT_QUEUE = 'trials'

export const queuePlaceSchema = z.strictObject({
  url: queueUrlSchema.describe('option.executor.queueUrl'),
  name: queueNameSchema.default(DEFAULT_QUEUE).describe('option.executor.queueName'),
})
export type QueuePlace = z.output<typeof queuePlaceSchema>

/** In characters. */
export const [MAX_USER, MAX_PASSWORD, MAX_AUTHORITY] = [200, 1_000, 100_000]

/** A queue as a person has added it on this computer. */
export const knownQueueSchema = z.strictObject({
  url: queueUrlSchema,
  /** 32 bytes; whoever has it can give work to workers and answer for them. */
  key: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  user: z.string().min(1).max(MAX_USER).optional(),
  password: z.string().min(1).max(MAX_PASSWORD).optional(),
  /** Certificates in PEM that the broker's is to be signed by, in place of the system's. */
  authority: z.string().min(1).max(MAX_AUTHORITY).optional(),
})
export type KnownQueue = z.output<typeof knownQueueSchema>
