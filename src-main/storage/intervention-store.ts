import type { EventRecord } from '../contract/events.ts'
import type { JsonObject } from '../contract/json.ts'
import type { QueuedPoint, QueueOrigin, StudyLabels } from '../contract/study.ts'
import type { StudySpecification } from '../contract/study-specification.ts'
import type { Assignment } from '../contract/trial.ts'

/**
 * What people change in a study that is there. Each call is one transaction with one event, whose detail
 * says what was before, so that it can be taken back; `undoes` names the event that it takes back.
 */
export interface InterventionStore {
  /** Puts another specification in force; trials that are there stay as they are. */
  changeSpecification(change: SpecificationChange): EventRecord
  setLabels(studyId: number, labels: StudyLabels, mark: EventMark): EventRecord
  /** Into the bin: lists do not show it, nothing runs it, its name is free. */
  deleteStudy(studyId: number, mark: EventMark): EventRecord
  /** @throws AppError `study.exists` when its name has been given away */
  restoreStudy(studyId: number, mark: EventMark): EventRecord
  /** Removes what lies in the bin for good. @returns the ids */
  emptyBin(): readonly number[]
  setExcluded(studyId: number, trialNumber: number, excluded: boolean, mark: EventMark): EventRecord
  setTrialNote(studyId: number, trialNumber: number, note: string, mark: EventMark): EventRecord
  queuePoint(point: NewQueuedPoint): EventRecord
  /** @throws AppError `intervention.refused` when it waits no more */
  withdrawPoint(studyId: number, id: number, mark: EventMark): EventRecord
}

/** When something was done, and which event it takes back. */
export interface EventMark {
  readonly atMs: number
  readonly undoes?: number
}

export interface SpecificationChange extends EventMark {
  readonly studyId: number
  readonly specification: StudySpecification
  /** What changed, for the event. */
  readonly detail: JsonObject
}

export interface NewQueuedPoint extends EventMark {
  readonly studyId: number
  readonly parameters: Assignment
  readonly origin: QueueOrigin
}

export interface InterventionReader {
  /** Points that wait, first to last. */
  queuedPoints(studyId: number): QueuedPoint[]
  /** Numbers of the trials that are out of the search. */
  excludedTrials(studyId: number): number[]
}
