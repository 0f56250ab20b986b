import { randomBytes } from 'node:crypto'
import { AppError } from '../contract/errors.ts'
import { machineFileSchema, MAX_PLACES } from '../contract/executor.ts'
import { fact } from '../contract/fact.ts'
import { type KnownQueue, knownQueueSchema } from '../contract/queue.ts'
import { PrivateJsonFile } from '../files/private-json.ts'

/** The queues that a person has added, with their secrets, beside the machines of SSH: readable by their owner alone. */
export class QueueFile {
  readonly #file: PrivateJsonFile<typeof machineFileSchema>

  constructor(machineFile: string) {
    this.#file = new PrivateJsonFile(machineFile, machineFileSchema)
  }

  /** @throws AppError `file.unreadable` for a file that is damaged */
  list(): readonly KnownQueue[] {
    return this.#file.read()?.queues ?? []
  }

  /** @throws AppError `queue.taken`, `usage.invalid` for too many */
  add(queue: KnownQueue): void {
    const queues = this.list()
    const { url } = queue
    if (queues.some(one => one.url === url)) throw new AppError('queue.taken', { url })
    if (queues.length >= MAX_PLACES) {
      throw new AppError('usage.invalid', { reason: fact('rule.atMost', { limit: MAX_PLACES }) })
    }
    this.#write([...queues, knownQueueSchema.parse(queue)])
  }

  /** @throws AppError `queue.unknown` */
  remove(url: string): void {
    const gone = this.find(url)
    this.#write(this.list().filter(queue => queue.url !== gone.url))
  }

  /** @throws AppError `queue.unknown` */
  find(url: string): KnownQueue {
    const found = this.list().find(queue => queue.url === url)
    if (found === undefined) throw new AppError('queue.unknown', { url })
    return found
  }

  #write(queues: readonly KnownQueue[]): void {
    const machines = this.#file.read()?.machines ?? []
    this.#file.write({ version: 1, machines: [...machines], queues: [...queues] })
  }
}

export function newQueueKey(): string {
  return randomBytes(32).toString('base64url')
}
