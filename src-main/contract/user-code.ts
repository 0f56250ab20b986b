import { z } from 'zod'

/**
 * Objectives that are code of the user: a command (any program in any language) or a module
 * (JavaScript or TypeScript). Both run only after the user has trusted their files.
 */

const text = z.string().max(10_000)
const relativePath = z.string().min(1).max(1_000)

export const stopSignals = ['SIGTERM', 'SIGINT', 'SIGUSR1', 'SIGUSR2'] as const

/** Where the metrics of a command come from. */
export const metricSourceSchema = z.discriminatedUnion('from', [
  z.strictObject({
    from: z.literal('lines').describe('Lines of JSON on standard output: {"step": 1, "loss": 0.5}'),
  }),
  z.strictObject({
    from: z.literal('pattern'),
    pattern: z
      .union([text.min(1), z.array(text.min(1)).min(1).max(20)])
      .describe(
        'Regular expressions over single lines of output; named groups are metrics, the group "step" is the step.',
      ),
  }),
  z.strictObject({
    from: z
      .literal('file')
      .describe('A JSON file that the program leaves where TUNEWRIGHT_RESULTS says.'),
  }),
])
export type MetricSource = z.output<typeof metricSourceSchema>

export const commandLimitsSchema = z.strictObject({
  memoryMegabytes: z
    .number()
    .positive()
    .optional()
    .describe('Resident memory of all its processes together.'),
  outputMegabytes: z
    .number()
    .positive()
    .default(64)
    .describe('What it may write to standard output and standard error together.'),
  processes: z
    .int()
    .min(1)
    .default(512)
    .describe('Processes that it may have at the same time, itself included.'),
})
export type CommandLimits = z.output<typeof commandLimitsSchema>

/** Where the trials of a command run if not on this machine. */
export const slurmSchema = z.strictObject({
  directory: z
    .string()
    .min(1)
    .optional()
    .describe('Folder that this machine and the nodes share; default: beside the database.'),
  options: z
    .array(z.string().min(2).max(500))
    .max(50)
    .default([])
    .describe('Options of sbatch, e.g. --partition=gpu, --gres=gpu:1, --time=120, --mem=8G.'),
  array: z
    .boolean()
    .default(true)
    .describe('Trials that start together are submitted as one job array.'),
  requeue: z.boolean().default(true).describe('A job whose node fails is queued again by Slurm.'),
  pollSeconds: z.number().min(0.1).max(600).default(5).describe('How often the queue is read.'),
})
export type SlurmSettings = z.output<typeof slurmSchema>

const resumes = z
  .boolean()
  .default(false)
  .describe(
    'It goes on from what lies in its checkpoint folder, saves there before it ends, and ends at the step that it is told: its trials can be extended, forked and promoted.',
  )

export const commandObjectiveSchema = z
  .strictObject({
    command: z
      .union([z.array(text).min(1).max(1_000), text.min(1)])
      .describe(
        'Program and arguments as a list, no shell. {parameter}, {seed}, {trial}, {parametersFile}, … are filled in. A text is for shell: true.',
      ),
    shell: z
      .boolean()
      .default(false)
      .describe('Runs the text by /bin/sh; values then reach it by the environment only.'),
    directory: relativePath
      .default('.')
      .describe('Working directory; relative to the folder of the study file.'),
    environment: z
      .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), text)
      .default({})
      .describe('Further variables; the same may be filled in as in arguments.'),
    files: z
      .array(relativePath)
      .max(200)
      .default([])
      .describe('Further files that trust covers, beside those named in the command.'),
    metrics: metricSourceSchema.default({ from: 'lines' }),
    value: z
      .enum(['best', 'last'])
      .default('best')
      .describe('Which step gives the values of a complete trial.'),
    limits: commandLimitsSchema.default(commandLimitsSchema.parse({})),
    stopSignal: z
      .enum(stopSignals)
      .default('SIGTERM')
      .describe('Sent to a trial that is pruned or cancelled, after its flag file was written.'),
    graceSeconds: z
      .number()
      .min(0)
      .max(3_600)
      .default(10)
      .describe('How long it may go on after that before all its processes are killed.'),
    resumes,
    slurm: slurmSchema.optional().describe('Trials run as jobs of Slurm.'),
  })
  .describe('Any program in any language.')
export type CommandObjective = z.output<typeof commandObjectiveSchema>

export const moduleObjectiveSchema = z
  .strictObject({
    module: relativePath.describe(
      'JavaScript or TypeScript file that exports train(trial) and, if the study file has no space, space.',
    ),
    files: z
      .array(relativePath)
      .max(200)
      .default([])
      .describe('Further files that trust covers, e.g. those that it imports.'),
    value: z
      .enum(['best', 'last'])
      .default('best')
      .describe('Which step gives the values of a complete trial.'),
    resumes,
  })
  .describe('A function of the user.')
export type ModuleObjective = z.output<typeof moduleObjectiveSchema>

/** A file as it was when the user trusted it. */
export interface TrustedFile {
  /** Absolute. */
  readonly path: string
  readonly sha256: string
}

/** What a user is asked to trust: exactly this command, in this folder, with these files. */
export interface UserCode {
  readonly kind: 'command' | 'module'
  /** The command line, or the module's file. */
  readonly command: readonly string[]
  readonly shell: boolean
  /** Absolute working directory. */
  readonly directory: string
  /** Variables that the study file adds. */
  readonly environment: Readonly<Record<string, string>>
  readonly files: readonly TrustedFile[]
  /** SHA-256 over all of the above. */
  readonly fingerprint: string
}

/** Where user code stands and what it was when its study began. */
export interface ProjectFacts {
  readonly directory: string
  /** Where relative paths of the study file start. */
  readonly studyDirectory: string
  readonly fingerprint: string
  /** Null where there is no repository, or no git. */
  readonly git: { readonly revision: string; readonly changed: boolean } | null
  readonly files: readonly TrustedFile[]
  /** Names of all variables that it gets; values of those that look secret are left out. */
  readonly environment: Readonly<Record<string, string>>
}

/** The kept output of one attempt. */
export interface AttemptLogText {
  readonly attempt: number
  readonly text: string
  /** Bytes in the middle that were not kept; 0 if all is there. */
  readonly leftOutBytes: number
}
