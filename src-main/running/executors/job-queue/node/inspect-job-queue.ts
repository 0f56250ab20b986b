import { errorMessage, isAppError } from '../../../../core/errors/errors.ts'
import {
  type JobQueueReport,
  presenceSchema,
  type RegisteredJobQueue,
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
    return {
      failure: null,
      waiting,
      workers: await presentWorkers(broker, new Seal(registered.key, name)),
    }
  } catch (error) {
    const failure = isAppError(error) ? errorMessage(error) : errorMessage(broker.failure)
    return { failure, waiting: 0, workers: [] }
  } finally {
    await broker.close()
  }
}

/** Those that the key vouches for. */
export async function presentWorkers(
  broker: Broker,
  seal: Seal,
): Promise<JobQueueReport['workers']> {
  const found = await broker.present()
  return found
    .map(({ id, text }) => seal.open('presence', id, text, presenceSchema))
    .filter(worker => worker !== null)
    .sort((left, right) => left.name.localeCompare(right.name, 'en', { numeric: true }))
}
