import { type AppError, errorMessage, isAppError } from '../../../../core/errors/errors.ts'
import {
  type JobQueueReport,
  presenceSchema,
  type RegisteredJobQueue,
  type WorkerPresence,
} from '../../../../core/machine/job-queue.ts'
import { Broker } from './broker.ts'
import { Seal } from './seal.ts'

const LOOK_MS = 5_000

/** Connects and looks who is there. */
export async function inspectJobQueue(
  registered: RegisteredJobQueue,
  name: string,
): Promise<JobQueueReport> {
  const broker = await Broker.open(registered, name)
  try {
    await broker.ready(LOOK_MS)
    const waiting = await broker.jobs().getWaitingCount()
    const { workers, otherVersion } = await presentWorkers(broker, new Seal(registered.key, name))
    const failure =
      workers.length === 0 && otherVersion !== null ? errorMessage(otherVersion) : null
    return { failure, waiting, workers }
  } catch (error) {
    const failure = isAppError(error) ? errorMessage(error) : errorMessage(broker.failure)
    return { failure, waiting: 0, workers: [] }
  } finally {
    await broker.close()
  }
}

export interface PresentWorkers {
  readonly workers: JobQueueReport['workers']
  /** What one of another version is refused with; null: there is none. */
  readonly otherVersion: AppError | null
}

/** Those that the key vouches for. */
export async function presentWorkers(broker: Broker, seal: Seal): Promise<PresentWorkers> {
  const workers: WorkerPresence[] = []
  let otherVersion: AppError | null = null
  for (const { id, text } of await broker.present()) {
    try {
      const worker = seal.open('presence', id, text, presenceSchema)
      if (worker !== null) workers.push(worker)
    } catch (error) {
      if (!isAppError(error, 'protocol.invalid')) throw error
      otherVersion = error
    }
  }
  workers.sort((left, right) => left.name.localeCompare(right.name, 'en', { numeric: true }))
  return { workers, otherVersion }
}
