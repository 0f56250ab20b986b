import type { ModelProgress } from '../../../core/models/built-model.ts'
import type { EngineInfo } from '../../../core/machine/engine.ts'
import type { PlainError } from '../../../core/errors/errors.ts'
import type { EventRecord } from '../../../core/study/events.ts'
import type { MetricPoints, StudyRow, TrialRow } from '../../studies/common/rows.ts'

/**
 * Told to every face by the back end without being asked. `sequence` rises by one with every event of a
 * back end; whoever sees a gap, or `reset`, has missed some and asks anew.
 */
export type AppEvent = { readonly sequence: number } & AppEventBody

export type AppEventBody =
  /** A study appeared or changed its state. */
  | { readonly type: 'study'; readonly study: StudyRow }
  /** A person changed a study; trials are those that look different now. */
  | {
      readonly type: 'intervention'
      readonly study: StudyRow
      readonly event: EventRecord
      readonly trials: readonly TrialRow[]
    }
  /** A study went into the bin. */
  | { readonly type: 'studyDeleted'; readonly studyId: number }
  /** News of a running study, at most five times a second. */
  | {
      readonly type: 'progress'
      readonly study: StudyRow
      /** Trials that started or finished, each as it is now. */
      readonly trials: readonly TrialRow[]
      readonly metrics: readonly MetricPoints[]
      readonly engine: EngineInfo | null
    }
  /** A session ended by an error; the study can be resumed. */
  | {
      readonly type: 'sessionFailed'
      readonly studyId: number
      readonly error: PlainError
    }
  /** How far an analysis is, 0…1; `task` is its question as JSON. */
  | {
      readonly type: 'analysis'
      readonly studyId: number
      readonly task: string
      readonly share: number
    }
  /** How far a comparison, simulation, report or file is, 0…1; `ticket` is that of its request. */
  | {
      readonly type: 'work'
      readonly ticket: string
      readonly share: number
    }
  /** How far it is to have a model of a study ready; null: it is there, or has been given up. */
  | {
      readonly type: 'model'
      readonly studyId: number
      readonly progress: ModelProgress | null
    }
  /** The back end no longer has what came after the event that the face saw last. */
  | { readonly type: 'reset' }
