import { randomUUID } from 'node:crypto'
import type { Worker } from 'bullmq'
import type { z } from 'zod'
import { type AppError, isAppError } from '../../../../../core/errors/errors.ts'
import type { MessageDescriptor } from '../../../../../core/errors/message.ts'
import type { RegisteredJobQueue, WorkerPresence } from '../../../../../core/machine/job-queue.ts'
import { queuedJobSchema, toWorkerSchema } from '../../common/protocol.ts'
import { Broker } from '../broker.ts'
import { type Purpose, Seal } from '../seal.ts'
import { JobLease } from './job-lease.ts'
import { TrialRunner } from './trial-runner.ts'

const PRESENCE_EVERY_MS = 5_000
const PRESENT_FOR_MS = 16_000
/** To give jobs back. */
const GOODBYE_MS = 5_000
/** Somebody else is to be faster after a refusal. */
const REST_MS = 1_000
/** So long a job of another version is left to others, before it is looked at again. */
const LEAVE_MS = 10_000

export interface JobQueueWorkerOptions {
  readonly registered: RegisteredJobQueue
  readonly jobQueueName: string
  readonly name: string
  readonly slots: number
  readonly directory: string
  readonly trustFile: string
  /** For its own copy of data. */
  readonly datasetCacheDirectory: string
  /** It has refused what it was given. */
  readonly onRefusal: (reason: MessageDescriptor) => void
  /** Something lay in the queue that nobody with the key has put there. */
  readonly onForeign: () => void
  /** Another version has put it there; it stays for a worker of that version. */
  readonly onOtherVersion: (error: AppError) => void
}

/** Takes jobs from a queue, as many at once as it has slots. */
export class JobQueueWorker {
  readonly #options: JobQueueWorkerOptions
  readonly #broker: Broker
  readonly #seal: Seal
  readonly #id = randomUUID()
  readonly #runner: TrialRunner
  readonly #leases = new Map<string, JobLease>()
  readonly #timer: NodeJS.Timeout
  readonly #worker: Worker
  #restsUntilMs = 0
  #isEnding = false

  private constructor(options: JobQueueWorkerOptions, broker: Broker) {
    const { registered, jobQueueName, slots } = options
    this.#options = options
    this.#broker = broker
    this.#seal = new Seal(registered.key, jobQueueName)
    this.#runner = new TrialRunner({
      ...options,
      onRefusal: reason => {
        this.#restsUntilMs = performance.now() + REST_MS
        options.onRefusal(reason)
      },
    })
    broker.collect(this.#id, text => this.#take(text))
    this.#worker = broker.take(async ({ data }) => this.#run(data), slots)
    this.#timer = setInterval(() => this.#announce(), PRESENCE_EVERY_MS)
    this.#announce()
  }

  /** @throws AppError `jobQueue.unreachable` where the broker does not answer at the beginning */
  static async open(options: JobQueueWorkerOptions, limitMs: number): Promise<JobQueueWorker> {
    const broker = await Broker.open(options.registered, options.jobQueueName)
    try {
      await broker.ready(limitMs)
    } catch (error) {
      await broker.close()
      throw error
    }
    return new JobQueueWorker(options, broker)
  }

  /** Gives back what it holds, and ends. */
  async close(): Promise<void> {
    this.#isEnding = true
    clearInterval(this.#timer)
    void this.#worker.pause(true).catch(() => undefined)
    for (const lease of this.#leases.values()) lease.requeue()
    const held = [...this.#leases.values()].map(async ({ done }) => done)
    await Promise.race([Promise.all(held), wait(GOODBYE_MS)])
    for (const lease of this.#leases.values()) lease.drop()
    // A broker that is away hears no goodbye; waiting for it would keep this process alive.
    const isPresent = await this.#broker.answers()
    const closing = this.#worker.close(!isPresent).catch(() => undefined)
    await Promise.race([closing, wait(GOODBYE_MS)])
    await this.#broker.forget('present', this.#id)
    await this.#broker.forget('box', this.#id)
    await Promise.all([this.#runner.close(), this.#broker.close()])
  }

  /** @returns for how many milliseconds the job goes back into the queue; null: it is done */
  async #run(data: unknown): Promise<number | null> {
    const job = this.#open('job', '', data, queuedJobSchema)
    if (job === 'otherVersion') return LEAVE_MS
    if (job === null) {
      this.#options.onForeign()
      return null
    }
    const restMs = this.#restsUntilMs - performance.now()
    if (restMs > 0) await wait(restMs)
    if (this.#isEnding) return null
    const lease = randomUUID()
    const held = new JobLease({
      job: job.job,
      lease,
      worker: this.#id,
      name: this.#options.name,
      now: () => performance.now(),
      post: message =>
        this.#broker.post(job.owner, this.#seal.close('toStudy', job.owner, message)),
      begin: (work, itself) => this.#runner.begin(work, itself),
    })
    this.#leases.set(lease, held)
    await held.done
    this.#leases.delete(lease)
    return null
  }

  #open<Schema extends z.ZodType>(
    purpose: Purpose,
    address: string,
    text: unknown,
    schema: Schema,
  ): z.output<Schema> | 'otherVersion' | null {
    try {
      return this.#seal.open(purpose, address, text, schema)
    } catch (error) {
      if (!isAppError(error, 'protocol.invalid')) throw error
      this.#options.onOtherVersion(error)
      return 'otherVersion'
    }
  }

  #take(text: string): void {
    const message = this.#open('toWorker', this.#id, text, toWorkerSchema)
    if (message !== null && message !== 'otherVersion')
      this.#leases.get(message.lease)?.hear(message)
  }

  #announce(): void {
    const { name, slots } = this.#options
    const presence: WorkerPresence = { id: this.#id, name, slots, busy: this.#leases.size }
    this.#broker.announce(
      this.#id,
      this.#seal.close('presence', this.#id, presence),
      PRESENT_FOR_MS,
    )
  }
}

/** Keeps no process alive: the connections do. */
async function wait(limitMs: number): Promise<void> {
  await new Promise(resolve => setTimeout(resolve, limitMs).unref())
}
