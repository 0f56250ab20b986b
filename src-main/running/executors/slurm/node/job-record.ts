import { z } from 'zod'
import { RecordFile } from '../../record-file.ts'

const recordSchema = z.object({
  /** Attempt that submitted it; its folder is where the job works. */
  attempt: z.string(),
  /** Name of the submission: how it is found if we went away before its id was noted. */
  name: z.string(),
  /** ExecutionSlot in the submission's array. */
  element: z.int(),
  isArray: z.boolean(),
  /** Null until Slurm has answered. */
  job: z.string().nullable(),
  /** The first start of the job that counts; earlier ones ended with a node. */
  run: z.int(),
})
/** The job of a trial that may still be running: what the next session adopts. */
export type JobRecord = z.output<typeof recordSchema>

const file = new RecordFile(recordSchema)

export function readJob(trialDirectory: string): JobRecord | null {
  return file.read(trialDirectory)
}

export function writeJob(trialDirectory: string, record: JobRecord): void {
  file.write(trialDirectory, record)
}

export function forgetJob(trialDirectory: string): void {
  file.forget(trialDirectory)
}

/** The id under which Slurm knows one element. */
export function elementId(job: string, { isArray, element }: JobRecord): string {
  return isArray ? `${job}_${element}` : job
}
