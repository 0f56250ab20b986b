import { z } from 'zod'
import { msg } from '../../../../core/errors/message.ts'
import {
  DEFAULT_JOB_QUEUE,
  jobQueueNameSchema,
  jobQueueUrlSchema,
} from '../../../../core/machine/job-queue.ts'
import { broken } from '../../../../core/errors/problem.ts'
import type { ExecutorDefinition } from '../../common/executor-definition.ts'
import { bestPortableEngine } from '../../../../core/machine/engines/registry.ts'

const optionsSchema = z
  .strictObject({
    url: jobQueueUrlSchema.describe('option.executor.jobQueue.url'),
    name: jobQueueNameSchema.default(DEFAULT_JOB_QUEUE).describe('option.executor.jobQueue.name'),
    lostAfterSeconds: z
      .number()
      .min(1)
      .max(86_400)
      .default(120)
      .describe('option.executor.jobQueue.lostAfterSeconds'),
  })
  .describe('option.executor.jobQueue.all')
export type JobQueueOptions = z.output<typeof optionsSchema>

/** Trials go through a broker (Valkey or Redis) to whichever workers take them; a study names only job queues that a person has added. */
export const jobQueue: ExecutorDefinition<JobQueueOptions> = {
  name: 'jobQueue',
  optionsSchema,
  supports: ['task', 'module', 'function', 'command'],
  runsElsewhere: true,
  outlivesSession: true,
  keepsProcesses: false,
  readsLogs: true,
  // What a worker saves stays with the worker.
  returnsCheckpoints: false,
  reportsStart: true,
  stopsAtRungs: true,
  needsTrialFolders: false,
  autoEngine: bestPortableEngine,
  mixesWithLocal: false,
  capacity: () => Number.POSITIVE_INFINITY,
  check: (_, { gpus }) =>
    gpus === undefined ? [] : [broken(['gpus'], gpus, msg('rule.jobQueueGpus'))],
}
