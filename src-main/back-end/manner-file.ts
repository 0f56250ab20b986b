import { AppError } from '../contract/errors.ts'
import { fact } from '../contract/fact.ts'
import {
  inTurn,
  mannerFileSchema,
  type Manners,
  noManners,
  type QueuedStudy,
} from '../contract/manners.ts'
import type { StudySummary } from '../contract/study.ts'
import { objectiveKind } from '../contract/study-specification.ts'
import { PrivateJsonFile } from '../files/private-json.ts'

export interface KeptManners {
  readonly manners: Manners
  readonly queue: readonly QueuedStudy[]
}

/** When studies hold back and which come next, beside the database. Every call reads it anew: a command may have written. */
export class MannerFile {
  readonly #file: PrivateJsonFile<typeof mannerFileSchema>

  constructor(file: string) {
    this.#file = new PrivateJsonFile(file, mannerFileSchema)
  }

  /** @throws AppError `file.unreadable` for a file that is damaged */
  read(): KeptManners {
    return this.#file.read() ?? { manners: noManners, queue: [] }
  }

  write({ manners, queue }: KeptManners): void {
    this.#file.write({ version: 1, manners, queue: [...queue] })
  }

  /** At its end, also one that stood elsewhere. */
  enqueue(entry: QueuedStudy): void {
    const kept = this.read()
    this.write({ ...kept, queue: [...without(kept.queue, entry.study), entry] })
  }

  dequeue(studyId: number): void {
    const kept = this.read()
    this.write({ ...kept, queue: without(kept.queue, studyId) })
  }

  /** @param place from 0, among all @throws AppError `usage.invalid` for one that is not in the queue */
  move(studyId: number, place: number): void {
    const kept = this.read()
    const queue = inTurn(kept.queue)
    const entry = queue.find(({ study }) => study === studyId)
    if (entry === undefined) {
      throw new AppError('usage.invalid', { reason: fact('rule.notQueued', { study: studyId }) })
    }
    const others = without(queue, studyId)
    const neighbour = others[Math.min(place, others.length - 1)]
    // Beside others of another priority it has theirs.
    const priority = neighbour?.priority ?? entry.priority
    this.write({ ...kept, queue: others.toSpliced(place, 0, { ...entry, priority }) })
  }
}

/** Whether it can be started from here at all. @throws AppError `study.external`, `study.finished` */
export function requireStartable({ name, state, specification }: StudySummary): void {
  if (objectiveKind(specification.objective) === 'external') {
    throw new AppError('study.external', { study: name })
  }
  if (state === 'finished') throw new AppError('study.finished', { study: name, state })
}

function without(queue: readonly QueuedStudy[], studyId: number): QueuedStudy[] {
  return queue.filter(({ study }) => study !== studyId)
}
