import { AppError } from '../../core/errors/errors.ts'
import type { KnownQueue } from '../../contract/queue.ts'
import type { StudySpecification } from '../../core/study/study-specification.ts'
import { QueueFile } from '../../queue/queue-file.ts'

/**
 * The queue that a study names; null where it names none.
 * @throws AppError `queue.unknown` for one that nobody has added here
 */
export function chosenQueue(
  { executor }: Pick<StudySpecification, 'executor'>,
  machineFile: string | undefined,
): KnownQueue | null {
  const url = executor?.queue?.url
  if (url === undefined) return null
  if (machineFile === undefined) throw new AppError('queue.unknown', { url })
  return new QueueFile(machineFile).find(url)
}
