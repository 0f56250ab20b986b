import { z } from 'zod'
import type { StartMessage } from '../../../../core/processes/trainer-protocol.ts'
import { RecordFile } from '../../record-file.ts'
import type { JobHolder } from './job-queue-attempt.ts'

const jobSchema = z.object({
  job: z.uuid(),
  /** Which training of the trial. */
  training: z.string(),
  /** Of code of the user: begins the names of its files on the worker. */
  attempt: z.string().nullable(),
  worker: z.uuid(),
  lease: z.uuid(),
  name: z.string(),
})
type OrphanedJob = z.output<typeof jobSchema>

/** Where workers answer, and when the last session was there. */
const ownerSchema = z.object({ owner: z.uuid(), atMs: z.number() })

const jobs = new RecordFile(jobSchema)
const owners = new RecordFile(ownerSchema)

export interface OrphanedJobsOptions {
  /** Of the study, or of one of its trials. */
  readonly directory: (trialNumber?: number) => string
  /** Workers end what they run when the study has been silent for so long. */
  readonly lostAfterMs: number
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** The jobs of a study that workers held when its last session ended: what they still run is adopted. */
export class OrphanedJobs {
  /** Of all sessions of the study. */
  readonly owner: string
  readonly #options: OrphanedJobsOptions
  /** Workers may still run what they had. */
  readonly #isRecent: boolean

  constructor(options: OrphanedJobsOptions) {
    const earlier = owners.read(options.directory())
    this.#options = options
    this.owner = earlier?.owner ?? crypto.randomUUID()
    const silentMs = earlier === null ? Infinity : options.now() - earlier.atMs
    this.#isRecent = silentMs < options.lostAfterMs
  }

  /** Told again and again while there are jobs. */
  noteAlive(): void {
    owners.write(this.#options.directory(), { owner: this.owner, atMs: this.#options.now() })
  }

  of(start: StartMessage): OrphanedJob | null {
    const left = this.#isRecent ? jobs.read(this.#options.directory(start.trialNumber)) : null
    return left?.training === trainingOf(start) ? left : null
  }

  held(start: StartMessage, job: string, { worker, lease, name }: JobHolder): void {
    const attempt = start.userTrial?.attempt ?? null
    const record = { job, training: trainingOf(start), attempt, worker, lease, name }
    jobs.write(this.#options.directory(start.trialNumber), record)
  }

  forget({ trialNumber }: StartMessage): void {
    jobs.forget(this.#options.directory(trialNumber))
  }
}

function trainingOf({ seed, fold, refit, untilStep, userTrial }: StartMessage): string {
  const replicate = userTrial?.attempt.split('.')[1] ?? null
  return JSON.stringify([seed, fold ?? null, refit ?? false, untilStep ?? null, replicate])
}
