import { randomBytes } from 'node:crypto'
import { AppError } from '../../../../core/errors/errors.ts'
import {
  type RegisteredJobQueue,
  registeredJobQueueSchema,
} from '../../../../core/machine/job-queue.ts'
import { HostFile } from '../../../../platform/storage/host-file.ts'

/** The job queues that a person has added, by their addresses and with their secrets. */
export class JobQueueFile extends HostFile<'jobQueues'> {
  constructor(file: string) {
    super(file, {
      kind: 'jobQueues',
      nameOf: ({ url }) => url,
      taken: url => new AppError('jobQueue.taken', { url }),
      unknown: url => new AppError('jobQueue.unknown', { url }),
    })
  }

  /** @throws AppError `jobQueue.taken`, `usage.invalid` for too many */
  override add(queue: RegisteredJobQueue): void {
    super.add(registeredJobQueueSchema.parse(queue))
  }
}

export function newJobQueueKey(): string {
  return randomBytes(32).toString('base64url')
}
