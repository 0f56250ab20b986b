import { z } from 'zod'
import { msg, type MessageDescriptor } from '../errors/message.ts'
import { registeredJobQueueSchema } from './job-queue.ts'

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

/** Machines, and job queues, of one computer. */
export const MAX_HOSTS = 100

export const machineFileSchema = z.strictObject({
  version: z.literal(2),
  machines: z.array(machineSchema).max(MAX_HOSTS),
  /** With their keys and passwords. */
  jobQueues: z.array(registeredJobQueueSchema).max(MAX_HOSTS).default([]),
})

/** What a look at a machine has found. */
export interface MachineReport {
  /** Null: it can run trials. */
  readonly failure: MessageDescriptor | null
  readonly system: string
  readonly cores: number | null
  readonly freeBytes: number | null
  readonly gpus: readonly string[]
  /** Of Node on the machine; null: none. */
  readonly node: string | null
  /** From the question to the answer on an open connection. */
  readonly answerMs: number
}

/** What a look at a machine has found, as a person reads it. */
export function reportMessage(report: MachineReport): MessageDescriptor {
  if (report.failure !== null) return report.failure
  const { system, cores, freeBytes, gpus, node, answerMs } = report
  return msg('remote.report', {
    system,
    gpus: gpus.length,
    answerMs: Math.max(1, Math.round(answerMs)),
    cores: cores ?? 0,
    freeGigabytes: Math.floor((freeBytes ?? 0) / 1e9),
    ...(node === null ? {} : { node }),
  })
}
