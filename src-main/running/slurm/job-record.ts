import { readFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { removeEntrySync } from '../../files/remove.ts'
import { removePartsOf, replaceFileSync } from '../../files/temporary.ts'

const recordSchema = z.object({
  /** Attempt that submitted it; its folder is where the job works. */
  attempt: z.string(),
  /** Name of the submission: how it is found if we went away before its id was noted. */
  name: z.string(),
  /** Place in the submission's array. */
  element: z.int(),
  isArray: z.boolean(),
  /** Null until Slurm has answered. */
  job: z.string().nullable(),
  /** The first start of the job that counts; earlier ones ended with a node. */
  run: z.int(),
})
/** The job of a trial that may still be running: what the next session adopts. */
export type JobRecord = z.output<typeof recordSchema>

/** Also removes what a session left that was killed while it wrote. */
export function readJob(trialDirectory: string): JobRecord | null {
  removePartsOf(fileOf(trialDirectory))
  try {
    return recordSchema.parse(JSON.parse(readFileSync(fileOf(trialDirectory), 'utf8')))
  } catch {
    return null
  }
}

export function writeJob(trialDirectory: string, record: JobRecord): void {
  replaceFileSync(fileOf(trialDirectory), JSON.stringify(record))
}

export function forgetJob(trialDirectory: string): void {
  removeEntrySync(fileOf(trialDirectory))
}

/** The id under which Slurm knows one element. */
export function elementId(job: string, { isArray, element }: JobRecord): string {
  return isArray ? `${job}_${element}` : job
}

function fileOf(trialDirectory: string): string {
  return path.join(trialDirectory, 'job.json')
}
