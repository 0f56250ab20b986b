import { z } from 'zod'
import { msg } from '../../../../core/errors/message.ts'
import { broken, type Problem } from '../../../../core/errors/problem.ts'
import type { ExecutorDefinition } from '../../common/executor-definition.ts'

const optionsSchema = z
  .strictObject({
    directory: z.string().min(1).optional().describe('option.executor.slurm.directory'),
    options: z
      .array(z.string().min(2).max(500))
      .max(50)
      .default([])
      .describe('option.executor.slurm.options'),
    array: z.boolean().default(true).describe('option.executor.slurm.array'),
    requeue: z.boolean().default(true).describe('option.executor.slurm.requeue'),
    pollSeconds: z
      .number()
      .min(0.1)
      .max(600)
      .default(5)
      .describe('option.executor.slurm.pollSeconds'),
  })
  .describe('option.executor.slurm.all')
export type SlurmOptions = z.output<typeof optionsSchema>

/** Options of sbatch that would take a submission out of our hands. */
const reservedOptions =
  /^(-[aJoDWVhH]|--(array|job-name|output|wrap|parsable|wait|requeue|no-requeue|test-only|chdir|help|version)\b)/

/** The trials of a command run as jobs of a Slurm cluster, submitted from this computer. */
export const slurm: ExecutorDefinition<SlurmOptions> = {
  name: 'slurm',
  optionsSchema,
  supports: ['command'],
  runsElsewhere: true,
  outlivesSession: true,
  keepsProcesses: false,
  readsLogs: false,
  // Slurm queues jobs again by itself, so their folders cannot be copied at a known step.
  returnsCheckpoints: false,
  reportsStart: false,
  stopsAtRungs: false,
  needsTrialFolders: false,
  autoEngine: null,
  mixesWithLocal: false,
  capacity: () => Number.POSITIVE_INFINITY,
  check: ({ options }, { gpus }) => [
    ...(gpus === undefined ? [] : [broken(['gpus'], gpus, msg('rule.slurmGpus'))]),
    ...options.flatMap(checkOption),
  ],
  sharedDirectory: ({ directory }) => directory,
  // How often the cluster's queue is read changes nothing of what runs.
  trustedLines: ({ directory, options, array, requeue }) => [
    ...options,
    ...(directory === undefined ? [] : [`directory: ${directory}`]),
    `array: ${array}`,
    `requeue: ${requeue}`,
  ],
}

function checkOption(option: string, index: number): Problem[] {
  const path = ['executor', 'slurm', 'options', index]
  if (!/^-/.test(option) || /[\n\0]/.test(option)) {
    return [broken(path, option, msg('rule.slurmOption'))]
  }
  return reservedOptions.test(option) ? [broken(path, option, msg('rule.slurmReservedOption'))] : []
}
