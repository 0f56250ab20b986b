import { z } from 'zod'
import { type MetricLogName, metricLogNames } from '../metric-logs/metric-logs.ts'
import type { MessageDescriptor } from '../errors/message.ts'
import type { Problem } from '../errors/problem.ts'

/**
 * Objectives that are code of the user: a command (any program in any language) or a module
 * (JavaScript or TypeScript). Both run only after the user has trusted their files.
 */

const text = z.string().max(10_000)
const relativePath = z.string().min(1).max(1_000)

const stopSignals = ['SIGTERM', 'SIGINT', 'SIGUSR1', 'SIGUSR2'] as const

const logPath = text.min(1).optional().describe('option.program.logPath')
const logSourceSchema = z.strictObject(
  Object.fromEntries(metricLogNames.map(name => [name, logPath])) as Record<
    MetricLogName,
    typeof logPath
  >,
)

/** Where the metrics of a command come from. */
const metricSourceSchema = z.discriminatedUnion('from', [
  z.strictObject({
    from: z.literal('lines').describe('option.program.lines'),
  }),
  z.strictObject({
    from: z.literal('pattern'),
    pattern: z
      .union([text.min(1), z.array(text.min(1)).min(1).max(20)])
      .describe('option.program.pattern'),
  }),
  z.strictObject({
    from: z.literal('file').describe('option.program.resultsFile'),
  }),
  z.strictObject({
    from: z.literal('logs').describe('option.program.logsOfProgram'),
    logs: z.array(logSourceSchema).min(1).max(20).optional().describe('option.program.logs'),
  }),
])

const commandLimitsSchema = z.strictObject({
  memoryMegabytes: z.number().positive().optional().describe('option.program.memoryMegabytes'),
  outputMegabytes: z.number().positive().default(64).describe('option.program.outputMegabytes'),
  processes: z.int().min(1).default(512).describe('option.program.processes'),
})
export type CommandLimits = z.output<typeof commandLimitsSchema>

const resumes = z.boolean().default(false).describe('option.program.resumes')

export const commandObjectiveSchema = z
  .strictObject({
    command: z
      .union([z.array(text).min(1).max(1_000), text.min(1)])
      .describe('option.program.command'),
    shell: z.boolean().default(false).describe('option.program.shell'),
    directory: relativePath.default('.').describe('option.program.workingDirectory'),
    environment: z
      .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), text)
      .default({})
      .describe('option.program.environment'),
    files: z.array(relativePath).max(200).default([]).describe('option.program.files'),
    metrics: metricSourceSchema.default({ from: 'lines' }),
    value: z.enum(['best', 'last']).default('best').describe('option.program.value'),
    limits: commandLimitsSchema.default(commandLimitsSchema.parse({})),
    stopSignal: z.enum(stopSignals).default('SIGTERM').describe('option.program.stopSignal'),
    graceSeconds: z.number().min(0).max(3_600).default(10).describe('option.program.graceSeconds'),
    resumes,
    serves: z.boolean().default(false).describe('option.program.serves'),
  })
  .describe('option.program.any')
export type CommandObjective = z.output<typeof commandObjectiveSchema>

export const moduleObjectiveSchema = z
  .strictObject({
    module: relativePath.describe('option.program.module'),
    files: z.array(relativePath).max(200).default([]).describe('option.program.moduleFiles'),
    value: z.enum(['best', 'last']).default('best').describe('option.program.value'),
    resumes,
  })
  .describe('option.program.moduleFunction')
export type ModuleObjective = z.output<typeof moduleObjectiveSchema>

/** A file as it was when the user trusted it. */
export interface TrustedFile {
  /** Absolute. */
  readonly path: string
  readonly sha256: string
}

/** A program that a command starts, as it was found. */
export interface TrustedProgram {
  readonly name: string
  /** Absolute, where it was found; it may be a link. */
  readonly found: string
  /** Absolute, links resolved. */
  readonly file: string
}

/** Code that a user is asked to trust: exactly this command, in this folder, with these programs and files. */
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
  readonly programs: readonly TrustedProgram[]
  /** Options of its executor that tell another machine how to run it. */
  readonly executor: readonly string[]
  /** SHA-256 over all of the above. */
  readonly fingerprint: string
  /** Parts that may change without a question. */
  readonly notCovered: readonly MessageDescriptor[]
}

/** Of a file, as a person is shown it before it runs. */
export const SHOWN_CODE_BYTES = 256 * 1024

/** Code with the text that will run. */
export interface ShownCode extends UserCode {
  /** What its command names and this machine does not have; none where another machine runs it. */
  readonly missing: readonly Problem[]
  /** Of its files that are text: the first {@link SHOWN_CODE_BYTES}. */
  readonly texts: readonly {
    readonly path: string
    readonly text: string
    /** Bytes behind `text`; 0 if all is shown. */
    readonly leftOutBytes: number
  }[]
}

/** Where user code stands and what it was when its study began. */
export interface ProjectSnapshot {
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

/** A part of the output of an attempt, by places of bytes, so that a reader can go on where it stopped. */
export interface AttemptLogPart {
  readonly attempt: number
  /** Of several trainings of the attempt, from 1. */
  readonly training: number
  readonly text: string
  /** Of the first byte of `text`; larger than what was asked for where the middle is not stored. */
  readonly from: number
  /** Behind its last byte: where the next part begins. */
  readonly to: number
}

/** The command line as a person reads it; JSON quotes where a word could be taken for several. */
export function commandText({ command, shell }: Pick<UserCode, 'command' | 'shell'>): string {
  if (shell) return command.join(' ')
  return command
    .map(word => (/^[\p{L}\p{N}_@%+=:,./{}-]+$/u.test(word) ? word : JSON.stringify(word)))
    .join(' ')
}

/** The same on one line, for messages: a line break in a word would look like a line of ours. */
export function commandLineText(code: Pick<UserCode, 'command' | 'shell'>): string {
  return commandText(code).replaceAll('\n', '\\n').replaceAll('\r', '\\r')
}

/** `python3 → /venv/bin/python3 → /usr/bin/python3.13`: the name, where it was found, and what is there. */
export function programText({ name, found: lookupPath, file }: TrustedProgram): string {
  return [...new Set([name, lookupPath, file])].join(' → ')
}
