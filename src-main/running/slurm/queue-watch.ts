import { type JobId, type JobState, readQueue } from './slurm-commands.ts'

/** Reads the queue once for all attempts that wait for it; a controller that does not answer is asked again. */
export class QueueWatch {
  readonly #everyMs: number
  #next: Promise<ReadonlyMap<JobId, JobState>> | null = null

  constructor(everyMs: number) {
    this.#everyMs = everyMs
  }

  /** The queue at the next reading, which is a while from now. */
  async next(): Promise<ReadonlyMap<JobId, JobState>> {
    this.#next ??= this.#read()
    return this.#next
  }

  async #read(): Promise<ReadonlyMap<JobId, JobState>> {
    for (;;) {
      await new Promise(resolve => setTimeout(resolve, this.#everyMs))
      try {
        const queue = await readQueue()
        this.#next = null
        return queue
      } catch {
        // Jobs run on without their controller.
      }
    }
  }
}
