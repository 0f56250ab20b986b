import type { EventHub } from '../../api/node/event-hub.ts'
import type { BuiltModel, ModelChoice } from '../../../core/models/built-model.ts'
import type { QueryService } from '../../analysis/node/query-service.ts'
import type { StudyToRun } from '../../../running/executors/open-executor.ts'
import type { StudyStore } from '../../../platform/storage/study-store.ts'
import type { Workspace } from '../../../platform/storage/workspace.ts'
import { buildModel } from './build-model.ts'

export interface ModelServiceOptions extends Pick<StudyToRun, 'trainers'> {
  readonly store: StudyStore
  readonly workspace: Workspace
  readonly hub: Pick<EventHub, 'emit'>
  readonly queries: Pick<QueryService, 'ask'>
  readonly now: () => number
}

interface Making {
  readonly studyId: number
  readonly cancel: AbortController
  readonly ended: Promise<BuiltModel>
}

/** Makes models for faces, tells how far each is, and gives them up when asked. */
export class ModelService {
  readonly #options: ModelServiceOptions
  readonly #running = new Set<Making>()

  constructor(options: ModelServiceOptions) {
    this.#options = options
  }

  /** @throws AppError `model.canceled`, and what {@link buildModel} throws */
  async build(studyId: number, choice: ModelChoice): Promise<BuiltModel> {
    const { hub, queries, ...shared } = this.#options
    const cancel = new AbortController()
    const { signal } = cancel
    const ended = buildModel(
      {
        ...shared,
        studyId,
        signal,
        choose: async (_, method) => queries.ask({ kind: 'ensemble', studyId, method }, { signal }),
        onProgress: progress => hub.emit({ type: 'model', studyId, progress }),
      },
      choice,
    )
    const making: Making = { studyId, cancel, ended }
    this.#running.add(making)
    try {
      return await ended
    } finally {
      this.#running.delete(making)
      if (this.#of(studyId).length === 0) hub.emit({ type: 'model', studyId, progress: null })
    }
  }

  cancel(studyId: number): void {
    for (const { cancel } of this.#of(studyId)) cancel.abort()
  }

  /** Nothing is made any more when it has ended. */
  async close(): Promise<void> {
    const running = [...this.#running]
    for (const { cancel } of running) cancel.abort()
    await Promise.allSettled(running.map(({ ended }) => ended))
  }

  #of(studyId: number): Making[] {
    return [...this.#running].filter(making => making.studyId === studyId)
  }
}
