import { AppError } from '../../core/errors/errors.ts'
import { msg, messageAsJson } from '../../core/errors/message.ts'
import type { EventKind } from '../../core/study/events.ts'
import { isHeld } from '../../core/study/held-study.ts'
import { metricToJson } from '../../core/trial/metric-value.ts'
import type { JsonObject } from '../../core/values/json.ts'
import type { StoreTables } from './store-tables.ts'
import type {
  DatabaseWrites,
  DatasetWrites,
  QueuedPointWrites,
  StudyReader,
  StudyWrites,
} from './study-store.ts'
import { refuseArgument } from './trials.ts'

/** A model was measured on test rows, beside the winner of a study. */
const testingEvents: readonly EventKind[] = ['ensemble.tested', 'model.refitted']

type StudyChanges = StudyWrites & QueuedPointWrites & DatasetWrites & DatabaseWrites

/**
 * Changes of a study as a whole, its queue, and the registry of data sets. A change that a person makes in a study that is there says in
 * its event what was before, so that it can be taken back.
 */
export function studyChanges(
  tables: StoreTables,
  reader: Pick<StudyReader, 'listStudies'>,
): StudyChanges {
  const { database } = tables
  const changes: StudyChanges = {
    createStudy(study) {
      return database.write(() => {
        const id = tables.studies.insert(study)
        tables.events.append(id, {
          kind: 'study.created',
          trialNumber: null,
          detail: { name: study.specification.name },
          atMs: study.createdAtMs,
        })
        return tables.studies.byId(id)
      })
    },

    setStudyState(change) {
      database.write(() => {
        tables.studies.setState(change)
        tables.events.append(change.studyId, {
          kind: change.event,
          trialNumber: null,
          detail: { state: change.state, reason: messageAsJson(change.reason) },
          atMs: change.atMs,
        })
      }, true)
    },

    pauseHeld(atMs, studies = reader.listStudies()) {
      const reason = msg('ending.heldElsewhere')
      database.write(() => {
        for (const { id: studyId } of studies.filter(isHeld)) {
          changes.setStudyState({ studyId, state: 'paused', reason, event: 'study.paused', atMs })
        }
      })
    },

    setDataset(studyId, dataset) {
      database.write(() => tables.studies.setDataset(studyId, dataset))
    },

    addElapsed(studyId, durationMs) {
      if (!Number.isFinite(durationMs) || durationMs < 0) {
        refuseArgument('addElapsed', 'durationMs', durationMs, msg('rule.atLeast', { limit: 0 }))
      }
      database.write(() => tables.studies.addElapsed(studyId, durationMs))
    },

    recordEvent(studyId, event) {
      return database.write(() => {
        tables.studies.name(studyId)
        if (testingEvents.includes(event.kind)) tables.recordTestLook(studyId, event.atMs)
        return tables.events.append(studyId, event)
      })
    },

    changeSpecification(change) {
      const { studyId, specification, detail } = change
      return database.write(() => {
        tables.studies.set(studyId, 'specification', specification)
        return tables.recordChange(studyId, 'study.changed', null, detail, change)
      })
    },

    setLabels(studyId, labels, mark) {
      return database.write(() => {
        const from = tables.studies.byId(studyId).labels
        tables.studies.set(studyId, 'labels', labels)
        const detail = { from: { ...from }, to: { ...labels } }
        return tables.recordChange(studyId, 'study.labeled', null, detail, mark)
      })
    },

    renameStudy(studyId, to, mark) {
      return database.write(() => {
        const from = tables.studies.name(studyId)
        tables.studies.rename(studyId, to)
        return tables.recordChange(studyId, 'study.renamed', null, { from, to }, mark)
      })
    },

    setTrialViews(studyId, views) {
      database.write(() => tables.studies.set(studyId, 'trialViews', views))
    },
    setCustomChart(studyId, chart) {
      database.write(() => tables.studies.setCustomChart(studyId, chart))
    },

    deleteStudy(studyId, mark) {
      return database.write(() => {
        tables.studies.moveToBin(studyId, mark.atMs)
        return tables.recordChange(studyId, 'study.deleted', null, {}, mark)
      })
    },

    restoreStudy(studyId, mark) {
      return database.write(() => {
        tables.studies.takeFromBin(studyId)
        return tables.recordChange(studyId, 'study.restored', null, {}, mark)
      })
    },

    emptyBin() {
      return database.write(() => tables.studies.emptyBin())
    },

    recordWinner(studyId, winner) {
      database.write(() => {
        tables.winners.set(studyId, tables.trialHead(studyId, winner.trialNumber).id, winner)
        const metrics = Object.entries(winner.metrics).map(([name, value]) => [
          name,
          metricToJson(value),
        ])
        tables.events.append(studyId, {
          kind: 'winner.tested',
          trialNumber: winner.trialNumber,
          detail: { metrics: Object.fromEntries(metrics) as JsonObject },
          atMs: winner.evaluatedAtMs,
        })
        tables.recordTestLook(studyId, winner.evaluatedAtMs)
      })
    },

    enqueuePoint(point) {
      const { studyId, parameters, origin } = point
      return database.write(() => {
        tables.studies.name(studyId)
        const queued = tables.queuedPoints.insert(studyId, parameters, origin)
        const detail = { queued, parameters: { ...parameters }, origin: { ...origin } }
        return tables.recordChange(studyId, 'trial.queued', null, detail, point)
      })
    },

    withdrawPoint(studyId, id, mark) {
      return database.write(() => {
        const study = tables.studies.name(studyId)
        const point = tables.queuedPoints
          .ofStudy(studyId)
          .find(queuedPoint => queuedPoint.id === id)
        if (point === undefined) {
          throw new AppError('intervention.refused', {
            study,
            rule: msg('rule.pointGone', { point: id }),
          })
        }
        tables.queuedPoints.leave(studyId, id, 'withdrawn')
        const { parameters, origin } = point
        const detail = { queued: id, parameters: { ...parameters }, origin: { ...origin } }
        return tables.recordChange(studyId, 'trial.unqueued', null, detail, mark)
      })
    },

    registerDataset(dataset, use) {
      return database.write(() => {
        if (use.studyId !== undefined) tables.studies.name(use.studyId)
        tables.datasets.put(dataset, use)
        return tables.datasets.one(dataset.key)
      })
    },

    removeDataset(key) {
      database.write(() => {
        const { studies } = tables.datasets.one(key)
        if (studies.length > 0) {
          const names = studies.map(({ name }) => name)
          throw new AppError('dataset.inUse', { dataset: key, studies: names })
        }
        tables.datasets.remove.run(key)
      })
    },

    together(action) {
      return database.write(action)
    },
  }
  return changes
}
