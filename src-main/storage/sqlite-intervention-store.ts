import { fact } from '../contract/fact.ts'
import { AppError } from '../contract/errors.ts'
import type { EventKind, EventRecord } from '../contract/events.ts'
import type { JsonObject } from '../contract/json.ts'
import type { StudyLabels } from '../contract/study.ts'
import type {
  EventMark,
  InterventionStore,
  NewQueuedPoint,
  SpecificationChange,
} from './intervention-store.ts'
import { SqliteStudyReader } from './sqlite-study-reader.ts'

/** The interventions of people: every method is one transaction with one event. */
export class SqliteInterventionStore extends SqliteStudyReader implements InterventionStore {
  changeSpecification(change: SpecificationChange): EventRecord {
    const { studyId, specification, detail } = change
    return this.database.write(() => {
      this.studies.setSpecification(studyId, specification)
      return this.#record(studyId, 'study.changed', null, detail, change)
    })
  }

  setLabels(studyId: number, labels: StudyLabels, mark: EventMark): EventRecord {
    return this.database.write(() => {
      const from = this.studies.byId(studyId).labels
      this.studies.setLabels(studyId, labels)
      const detail = { from: { ...from }, to: { ...labels } }
      return this.#record(studyId, 'study.labelled', null, detail, mark)
    })
  }

  deleteStudy(studyId: number, mark: EventMark): EventRecord {
    return this.database.write(() => {
      this.studies.byId(studyId)
      this.studies.moveToBin(studyId, mark.atMs)
      return this.#record(studyId, 'study.deleted', null, {}, mark)
    })
  }

  restoreStudy(studyId: number, mark: EventMark): EventRecord {
    return this.database.write(() => {
      this.studies.takeFromBin(studyId)
      return this.#record(studyId, 'study.restored', null, {}, mark)
    })
  }

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
      const id = this.#trialId(studyId, trialNumber)
      this.marks.setExcluded(id, excluded)
      const kind = excluded ? 'trial.excluded' : 'trial.included'
      return this.#record(studyId, kind, trialNumber, {}, mark)
    })
  }

  setTrialNote(studyId: number, trialNumber: number, note: string, mark: EventMark): EventRecord {
    return this.database.write(() => {
      const id = this.#trialId(studyId, trialNumber)
      const detail = { from: this.marks.ofTrial(id).note ?? '', to: note }
      this.marks.setNote(id, note)
      return this.#record(studyId, 'trial.noted', trialNumber, detail, mark)
    })
  }

  queuePoint(point: NewQueuedPoint): EventRecord {
    const { studyId, parameters, origin } = point
    return this.database.write(() => {
      this.studies.name(studyId)
      const queued = this.queue.insert(studyId, parameters, origin)
      const detail = { queued, parameters: { ...parameters }, origin: { ...origin } }
      return this.#record(studyId, 'trial.queued', null, detail, point)
    })
  }

  withdrawPoint(studyId: number, id: number, mark: EventMark): EventRecord {
    return this.database.write(() => {
      const study = this.studies.name(studyId)
      const point = this.queue.ofStudy(studyId).find(one => one.id === id)
      if (point === undefined) {
        throw new AppError('intervention.refused', {
          study,
          rule: fact('rule.pointGone', { point: id }),
        })
      }
      this.queue.leave(studyId, id, 'withdrawn')
      const { parameters, origin } = point
      const detail = { queued: id, parameters: { ...parameters }, origin: { ...origin } }
      return this.#record(studyId, 'trial.unqueued', null, detail, mark)
    })
  }

  #trialId(studyId: number, number: number): number {
    const trial = this.trialTable.head(studyId, number)
    if (trial === undefined) throw this.unknownTrial(studyId, number)
    return trial.id
  }

  #record(
    studyId: number,
    kind: EventKind,
    trialNumber: number | null,
    detail: JsonObject,
    { atMs, undoes }: EventMark,
  ): EventRecord {
    const full = undoes === undefined ? detail : { ...detail, undoes }
    return this.eventTable.append(studyId, { kind, trialNumber, detail: full, atMs })
  }
}
