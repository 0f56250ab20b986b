import { randomBytes } from 'node:crypto'
import { AppError } from '../core/errors/errors.ts'
import { type KnownQueue, knownQueueSchema } from '../contract/queue.ts'
import { PlaceFile } from '../platform/storage/place-file.ts'

/** The queues that a person has added, by their addresses and with their secrets. */
export class QueueFile extends PlaceFile<'queues'> {
  constructor(file: string) {
    super(file, {
      kind: 'queues',
      nameOf: ({ url }) => url,
      taken: url => new AppError('queue.taken', { url }),
      unknown: url => new AppError('queue.unknown', { url }),
    })
  }

  /** @throws AppError `queue.taken`, `usage.invalid` for too many */
  override add(queue: KnownQueue): void {
    super.add(knownQueueSchema.parse(queue))
  }
}

export function newQueueKey(): string {
  return randomBytes(32).toString('base64url')
}
