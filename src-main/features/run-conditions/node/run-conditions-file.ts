import { AppError } from '../../../core/errors/errors.ts'
import { msg } from '../../../core/errors/message.ts'
import {
  inTurn,
  MAX_QUEUED_STUDIES,
  runConditionsFileSchema,
  type RunConditions,
  noRunConditions,
  type QueuedStudy,
} from '../common/run-conditions.ts'
import type { StudySummary } from '../../../core/study/study.ts'
import { isExternal } from '../../../core/objectives/external/external.ts'
import { PrivateJsonFile } from '../../../platform/files/private-json.ts'
import { withTurn } from '../../../platform/storage/file-turn.ts'

export interface StoredRunConditions {
  readonly runConditions: RunConditions
  readonly studyQueue: readonly QueuedStudy[]
}

/**
 * When studies hold back and which come next, beside the database. Every call reads it anew, and changes are made one after the other: a command
 * writes it, too.
 */
export class RunConditionsFile {
  readonly #path: string
  readonly #file: PrivateJsonFile<typeof runConditionsFileSchema>

  constructor(file: string) {
    this.#path = file
    this.#file = new PrivateJsonFile(file, runConditionsFileSchema)
  }

  /** @throws AppError `file.unreadable` for a file that is damaged */
  read(): StoredRunConditions {
    return this.#file.read() ?? { runConditions: noRunConditions, studyQueue: [] }
  }

  /** @param edit of what is there then @returns what is kept */
  change(
    edit: (contents: StoredRunConditions) => Partial<StoredRunConditions>,
  ): StoredRunConditions {
    return withTurn(this.#path, () => {
      const contents = this.read()
      const changed = { ...contents, ...edit(contents) }
      this.#file.write({ version: 2, ...changed, studyQueue: [...changed.studyQueue] })
      return changed
    })
  }

  /** At its end, also one that stood elsewhere. @throws AppError `usage.invalid` where it is full */
  enqueue(entry: QueuedStudy): void {
    this.change(({ studyQueue }) => {
      const others = without(studyQueue, entry.study)
      if (others.length < MAX_QUEUED_STUDIES) return { studyQueue: [...others, entry] }
      const rule = msg('rule.atMost', { limit: MAX_QUEUED_STUDIES })
      const text = String(others.length + 1)
      throw new AppError('usage.invalid', {
        reason: msg('rule.argument', { name: 'queue', text, rule }),
      })
    })
  }

  dequeue(studyId: number): void {
    this.change(({ studyQueue }) => ({ studyQueue: without(studyQueue, studyId) }))
  }

  /** @param position from 0, among all @throws AppError `usage.invalid` for one that is not in the queue */
  move(studyId: number, position: number): void {
    this.change(contents => {
      const studyQueue = inTurn(contents.studyQueue)
      const entry = studyQueue.find(({ study }) => study === studyId)
      if (entry === undefined) {
        throw new AppError('usage.invalid', { reason: msg('rule.notQueued', { study: studyId }) })
      }
      const others = without(studyQueue, studyId)
      const neighbor = others[Math.min(position, others.length - 1)]
      // Beside others of another priority it has theirs.
      const priority = neighbor?.priority ?? entry.priority
      return { studyQueue: others.toSpliced(position, 0, { ...entry, priority }) }
    })
  }
}

/** Whether it can be started from here at all. @throws AppError `study.external`, `study.finished` */
export function requireStartable({ name, state, specification }: StudySummary): void {
  if (isExternal(specification.objective)) {
    throw new AppError('study.external', { study: name })
  }
  if (state === 'finished') throw new AppError('study.finished', { study: name, state })
}

function without(studyQueue: readonly QueuedStudy[], studyId: number): QueuedStudy[] {
  return studyQueue.filter(({ study }) => study !== studyId)
}
