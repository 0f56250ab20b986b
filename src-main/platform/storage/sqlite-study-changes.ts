import type { CustomChart } from '../../core/study/custom-chart.ts'
import { msg, messageAsJson } from '../../core/errors/message.ts'
import { AppError } from '../../core/errors/errors.ts'
import type { EventKind, EventRecord } from '../../core/study/events.ts'
import { testRowsName } from '../../core/study/test-looks.ts'
import type { JsonObject } from '../../core/values/json.ts'
import { isHeld } from '../../core/study/held-study.ts'
import type { DatasetEntry, NewDatasetEntry } from '../../core/data/dataset-registry.ts'
import type { QueuedPointOrigin, StudyLabels, StudyRecord } from '../../core/study/study.ts'
import type { StudySpecification } from '../../core/study/study-specification.ts'
import { MAX_REMARKS, type TrialRemarks } from '../../core/trial/trial-files.ts'
import type { Assignment } from '../../core/trial/trial.ts'
import type { DatasetUse } from './datasets.ts'
import { encodeAssignment } from './json-columns.ts'
import { SqliteStudyReader } from './sqlite-study-reader.ts'
import type { NewEvent, NewStudy, StudyStateChange } from './studies.ts'
import { refuseArgument, type TrialFinish } from './trials.ts'

/** When something was done, which event it takes back, and which program did it. */
export interface EventMark {
  readonly atMs: number
  readonly undoes?: number
  readonly by?: JsonObject
}

interface SpecificationChange extends EventMark {
  readonly studyId: number
  readonly specification: StudySpecification
  /** The changes, for the event. */
  readonly detail: JsonObject
}

interface NewQueuedPoint extends EventMark {
  readonly studyId: number
  readonly parameters: Assignment
  readonly origin: QueuedPointOrigin
}

/** A model was measured on test rows, beside the winner of a study. */
const testingEvents: readonly EventKind[] = ['ensemble.tested', 'model.refitted']

/**
 * Changes of a study as a whole, and the registry of data sets. A change that a person makes in a study that is there is one
 * transaction with one event, whose detail says what was before, so that it can be taken back; `undoes` names the event
 * that it takes back.
 */
export class SqliteStudyChanges extends SqliteStudyReader {
  /** @throws AppError `study.exists` */
  createStudy(study: NewStudy): StudyRecord {
    return this.database.write(() => {
      const id = this.studies.insert(study)
      this.eventTable.append(id, {
        kind: 'study.created',
        trialNumber: null,
        detail: { name: study.specification.name },
        atMs: study.createdAtMs,
      })
      return this.studies.byId(id)
    })
  }

  setStudyState(change: StudyStateChange): void {
    this.database.write(() => {
      this.studies.setState(change)
      this.eventTable.append(change.studyId, {
        kind: change.event,
        trialNumber: null,
        detail: { state: change.state, reason: messageAsJson(change.reason) },
        atMs: change.atMs,
      })
    }, true)
  }

  /** Studies that were held back go on no more by themselves: this is not the database in which they were. */
  pauseHeld(atMs: number, studies: readonly StudyRecord[] = this.listStudies()): void {
    const reason = msg('ending.heldElsewhere')
    this.database.write(() => {
      for (const { id: studyId } of studies.filter(isHeld)) {
        this.setStudyState({ studyId, state: 'paused', reason, event: 'study.paused', atMs })
      }
    })
  }

  setDataset(studyId: number, dataset: JsonObject): void {
    this.database.write(() => this.studies.setDataset(studyId, dataset))
  }

  /** Adds wall time of this session; called with every flush, so that kill -9 loses under a second. */
  addElapsed(studyId: number, durationMs: number): void {
    if (!Number.isFinite(durationMs) || durationMs < 0) {
      refuseArgument('addElapsed', 'durationMs', durationMs, msg('rule.atLeast', { limit: 0 }))
    }
    this.database.write(() => this.studies.addElapsed(studyId, durationMs))
  }

  recordEvent(studyId: number, event: NewEvent): EventRecord {
    return this.database.write(() => {
      this.studies.name(studyId)
      if (testingEvents.includes(event.kind)) this.recordTestLook(studyId, event.atMs)
      return this.eventTable.append(studyId, event)
    })
  }

  /** A model of the study was measured on its test rows. */
  protected recordTestLook(studyId: number, atMs: number): void {
    const { name, specification, dataset } = this.studies.byId(studyId)
    const rowsName = testRowsName(specification, dataset)
    if (rowsName !== null) this.testLooks.append(studyId, { studyName: name, rowsName, atMs })
  }

  /** Puts another specification in force; trials that are there stay as they are. */
  changeSpecification(change: SpecificationChange): EventRecord {
    const { studyId, specification, detail } = change
    return this.database.write(() => {
      this.studies.set(studyId, 'specification', specification)
      return this.#record(studyId, 'study.changed', null, detail, change)
    })
  }

  /**
   * A running trial has named a parameter of its own: its parameters, and where they are new the specification that has
   * them, too.
   */
  nameParameter(
    studyId: number,
    trialNumber: number,
    parameters: Assignment,
    change: SpecificationChange | null,
  ): void {
    this.database.write(() => {
      if (change !== null) this.changeSpecification(change)
      const { id } = this.trialHead(studyId, trialNumber)
      this.trialTable.setParameters.run(encodeAssignment(parameters), id)
    })
  }

  /**
   * A program that evaluates a trial says something about it, before it ends or after.
   * @returns false where the trial has as many remarks as it may have
   */
  addRemarks(studyId: number, trialNumber: number, remarks: TrialRemarks): boolean {
    return this.database.write(() => {
      const { id } = this.trialHead(studyId, trialNumber)
      const added = remarks.notes.length + Object.keys(remarks.attributes).length
      if (this.remarkTable.countOf(id) + added > MAX_REMARKS) return false
      this.remarkTable.insert(id, remarks)
      return true
    })
  }

  /** Files of a trial that has ended already. */
  addFiles(
    studyId: number,
    trialNumber: number,
    { artifacts, remarks }: Pick<TrialFinish, 'artifacts' | 'remarks'>,
    atMs: number,
  ): EventRecord {
    return this.database.write(() => {
      const { id } = this.trialHead(studyId, trialNumber)
      for (const file of artifacts) {
        this.artifactTable.remove.run(id, file.kind)
        this.artifactTable.insert(id, file)
      }
      if (remarks !== undefined) this.remarkTable.insert(id, remarks)
      const detail = { files: artifacts.length }
      return this.#record(studyId, 'trial.filesStored', trialNumber, detail, { atMs })
    })
  }

  /** Everything that `action` writes is one transaction, which is on disk when this returns. */
  together<Result>(action: () => Result): Result {
    return this.database.write(action)
  }

  setLabels(studyId: number, labels: StudyLabels, mark: EventMark): EventRecord {
    return this.database.write(() => {
      const from = this.studies.byId(studyId).labels
      this.studies.set(studyId, 'labels', labels)
      const detail = { from: { ...from }, to: { ...labels } }
      return this.#record(studyId, 'study.labeled', null, detail, mark)
    })
  }

  /** Changes nothing of the search, so that no event tells of it. */
  setCustomChart(studyId: number, chart: CustomChart | null): void {
    this.database.write(() => this.studies.setCustomChart(studyId, chart))
  }

  /** Into the bin: lists do not show it, nothing runs it, its name is free. */
  deleteStudy(studyId: number, mark: EventMark): EventRecord {
    return this.database.write(() => {
      this.studies.moveToBin(studyId, mark.atMs)
      return this.#record(studyId, 'study.deleted', null, {}, mark)
    })
  }

  /** @throws AppError `study.exists` when its name has been given away */
  restoreStudy(studyId: number, mark: EventMark): EventRecord {
    return this.database.write(() => {
      this.studies.takeFromBin(studyId)
      return this.#record(studyId, 'study.restored', null, {}, mark)
    })
  }

  /** Removes what lies in the bin for good. @returns the ids */
  emptyBin(): readonly number[] {
    return this.database.write(() => this.studies.emptyBin())
  }

  setExcluded(
    studyId: number,
    trialNumber: number,
    excluded: boolean,
    mark: EventMark,
  ): EventRecord {
    return this.database.write(() => {
      const { id } = this.trialHead(studyId, trialNumber)
      this.marks.set(id, 'excluded', excluded)
      const kind = excluded ? 'trial.excluded' : 'trial.included'
      return this.#record(studyId, kind, trialNumber, {}, mark)
    })
  }

  setTrialNote(studyId: number, trialNumber: number, note: string, mark: EventMark): EventRecord {
    return this.database.write(() => {
      const { id } = this.trialHead(studyId, trialNumber)
      const detail = { from: this.marks.ofTrial(id).note ?? '', to: note }
      this.marks.set(id, 'note', note)
      return this.#record(studyId, 'trial.noted', trialNumber, detail, mark)
    })
  }

  enqueuePoint(point: NewQueuedPoint): EventRecord {
    const { studyId, parameters, origin } = point
    return this.database.write(() => {
      this.studies.name(studyId)
      const queued = this.queuedPointTable.insert(studyId, parameters, origin)
      const detail = { queued, parameters: { ...parameters }, origin: { ...origin } }
      return this.#record(studyId, 'trial.queued', null, detail, point)
    })
  }

  /** @throws AppError `intervention.refused` when it waits no more */
  withdrawPoint(studyId: number, id: number, mark: EventMark): EventRecord {
    return this.database.write(() => {
      const study = this.studies.name(studyId)
      const point = this.queuedPointTable
        .ofStudy(studyId)
        .find(queuedPoint => queuedPoint.id === id)
      if (point === undefined) {
        throw new AppError('intervention.refused', {
          study,
          rule: msg('rule.pointGone', { point: id }),
        })
      }
      this.queuedPointTable.leave(studyId, id, 'withdrawn')
      const { parameters, origin } = point
      const detail = { queued: id, parameters: { ...parameters }, origin: { ...origin } }
      return this.#record(studyId, 'trial.unqueued', null, detail, mark)
    })
  }

  /**
   * Enters data that were prepared, or notes that they were used again: what is known of them is replaced by what was
   * found now, but for the time when they were first seen.
   */
  registerDataset(dataset: NewDatasetEntry, use: DatasetUse): DatasetEntry {
    return this.database.write(() => {
      if (use.studyId !== undefined) this.studies.name(use.studyId)
      this.datasetTable.put(dataset, use)
      return this.datasetTable.one(dataset.key)
    })
  }

  /**
   * Forgets an entry; the caller removes its arrays.
   * @throws AppError `dataset.notFound`; `dataset.inUse` while studies refer to it, in the bin too
   */
  removeDataset(key: string): void {
    this.database.write(() => {
      const { studies } = this.datasetTable.one(key)
      if (studies.length > 0) {
        const names = studies.map(({ name }) => name)
        throw new AppError('dataset.inUse', { dataset: key, studies: names })
      }
      this.datasetTable.remove.run(key)
    })
  }

  #record(
    studyId: number,
    kind: EventKind,
    trialNumber: number | null,
    detail: JsonObject,
    { atMs, undoes, by }: EventMark,
  ): EventRecord {
    const full = {
      ...detail,
      ...(undoes === undefined ? {} : { undoes }),
      ...(by === undefined ? {} : { by }),
    }
    return this.eventTable.append(studyId, { kind, trialNumber, detail: full, atMs })
  }
}
