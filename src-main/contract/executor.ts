import { z } from 'zod'
import { fact, type Fact } from '../core/errors/fact.ts'
import { knownQueueSchema, queuePlaceSchema } from './queue.ts'

/** Machines that run trials over SSH. A study names only machines that a person has added here, so no file of somebody else sends code anywhere. */

export const machineNameSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/)

/** What ssh is told to connect to; never an option. */
const destinationSchema = z.string().regex(/^[A-Za-z0-9_[][^\s\0]{0,254}$/)

export const workspaceSchema = z.string().regex(/^(~\/|\/)[^\n\0]{1,500}$/)

/** A machine as a person adds it. */
export const machineSchema = z.strictObject({
  name: machineNameSchema,
  host: destinationSchema,
  workspace: workspaceSchema.default('~/tunewright'),
  /** A configuration file for ssh in place of the user's own. */
  configuration: z.string().min(1).max(1_000).optional(),
})
export type Machine = z.output<typeof machineSchema>
export type MachineInput = z.input<typeof machineSchema>

/** Machines, and queues, of one computer. */
export const MAX_PLACES = 100

export const machineFileSchema = z.strictObject({
  version: z.literal(1),
  machines: z.array(machineSchema).max(MAX_PLACES),
  /** With their keys and passwords. */
  queues: z.array(knownQueueSchema).max(MAX_PLACES).default([]),
})

/** What a look at a machine has found. */
export interface MachineReport {
  /** Null: it can run trials. */
  readonly failure: Fact | null
  readonly system: string
  readonly cores: number | null
  readonly freeBytes: number | null
  readonly gpus: readonly string[]
  /** Of Node over there; null: none. */
  readonly node: string | null
  /** From the question to the answer on an open connection. */
  readonly answerMs: number
}

/** What a look at a machine has found, as a person reads it. */
export function reportFact(report: MachineReport): Fact {
  if (report.failure !== null) return report.failure
  const { system, cores, freeBytes, gpus, node, answerMs } = report
  return fact('remote.report', {
    ...{ system, gpus: gpus.length, answerMs: Math.max(1, Math.round(answerMs)) },
    cores: cores ?? 0,
    freeGigabytes: Math.floor((freeBytes ?? 0) / 1e9),
    ...(node === null ? {} : { node }),
  })
}

const placeSchema = z.strictObject({
  host: machineNameSchema.describe('option.executor.host'),
  slots: z.int().min(1).max(64).default(1).describe('option.executor.slots'),
  gpus: z.int().min(0).max(64).default(0).describe('option.executor.gpus'),
})

/** Where the trials of a study run: over `ssh`, beside those `here` if it says so, or through a `queue`. */
export const executorSchema = z
  .strictObject({
    here: z.int().min(1).max(64).optional().describe('option.executor.here'),
    ssh: z.array(placeSchema).min(1).max(64).optional().describe('option.executor.ssh'),
    queue: queuePlaceSchema.optional().describe('option.executor.queue'),
    lostAfterSeconds: z
      .number()
      .min(1)
      .max(86_400)
      .default(120)
      .describe('option.executor.lostAfterSeconds'),
  })
  .describe('option.study.executor')

/** Trials run over SSH. */
export type SshSettings = z.output<typeof executorSchema> & {
  readonly ssh: readonly z.output<typeof placeSchema>[]
}
