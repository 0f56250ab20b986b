import { AppError } from '../../core/errors/errors.ts'
import { msg } from '../../core/errors/message.ts'
import { MAX_REMARKS } from '../../core/trial/trial-files.ts'
import { encodeAssignment } from './json-columns.ts'
import { refuseFinished, type StoreTables } from './store-tables.ts'
import type {
  AttemptWrites,
  FileWrites,
  MetricWrites,
  StudyWrites,
  TrialWrites,
} from './study-store.ts'
import { checkFinish, detailOfEnd, refuseArgument } from './trials.ts'

type TrialChanges = TrialWrites & AttemptWrites & MetricWrites & FileWrites

/** The life of trials and attempts, what they report, and the rows of their files. */
export function trialChanges(
  tables: StoreTables,
  studies: Pick<StudyWrites, 'changeSpecification'>,
): TrialChanges {
  const { database } = tables

  /** Runs again; what was reported after the step is void. */
  function restart(id: number, resumeStep: number): void {
    tables.trials.restart.run(id)
    tables.trainings.clear(id)
    const highest = tables.metrics.clearAfter(id, resumeStep)
    if (highest !== null) tables.trials.raiseLastStep.run({ id, step: highest })
  }

  function changeOpenAttempt(
    what: string,
    studyId: number,
    trial: number,
    change: (id: number) => boolean,
  ): void {
    database.write(() => {
      if (!change(tables.unfinishedTrial(studyId, trial).id))
        refuseArgument(what, 'trialNumber', trial, msg('rule.openAttempt'))
    })
  }

  return {
    startTrial(trial) {
      database.write(() => {
        tables.studies.name(trial.studyId)
        const existing = tables.trials.head.get(trial.studyId, trial.number)
        if (existing !== undefined) {
          refuseFinished(tables.studies, trial.studyId, existing)
          refuseArgument('startTrial', 'number', trial.number, msg('rule.unique'))
        }
        const { queuedPoint } = trial
        if (
          queuedPoint !== undefined &&
          !tables.queuedPoints.leave(trial.studyId, queuedPoint, 'taken')
        ) {
          const rule = msg('rule.pointGone', { point: queuedPoint })
          refuseArgument('startTrial', 'queuedPoint', queuedPoint, rule)
        }
        const id = tables.trials.insert(trial)
        const attempt = tables.attempts.open(id, trial.slot, trial.atMs)
        tables.events.append(trial.studyId, {
          kind: 'trial.started',
          trialNumber: trial.number,
          detail: {
            attempt,
            slot: trial.slot,
            ...(trial.origin === undefined ? {} : { origin: { ...trial.origin } }),
          },
          atMs: trial.atMs,
        })
      })
    },

    startTraining(studyId, trialNumber, { training, ended, metrics }) {
      database.write(() => {
        const { id } = tables.unfinishedTrial(studyId, trialNumber)
        tables.appendMetrics('startTraining', studyId, metrics)
        if (ended !== undefined) tables.trainings.end(id, ended)
        tables.trainings.begin(id, training)
      })
    },

    finishTrial(finish) {
      const { studyId, trialNumber, state, failure, atMs } = finish
      const { replicates = [], replicateSteps = [] } = finish
      database.write(() => {
        const { id } = tables.unfinishedTrial(studyId, trialNumber)
        checkFinish(finish, tables.studies.sizes(studyId))
        tables.appendMetrics('finishTrial', studyId, finish.metrics)
        tables.values.insert(id, finish)
        replicates.forEach((values, number) => {
          tables.trainings.end(id, { number, values, bestStep: replicateSteps[number] ?? null })
        })
        for (const artifact of finish.artifacts) tables.artifacts.insert(id, artifact)
        if (finish.remarks !== undefined) tables.remarks.insert(id, finish.remarks)
        if (finish.checkpoint !== undefined) {
          tables.checkpoints.put(id, finish.checkpoint, atMs)
        }
        const closed = tables.attempts.end(id, state, failure, atMs)
        if (!closed && failure !== null) tables.attempts.addFailure(id, failure)
        tables.trials.finish(id, finish)
        tables.events.append(studyId, {
          kind: 'trial.finished',
          trialNumber,
          detail: detailOfEnd(finish),
          atMs,
        })
      }, true)
    },

    interruptRunning(studyId, atMs) {
      return database.write(() => {
        tables.studies.name(studyId)
        return tables.trials.running.all(studyId).map(({ id, number }) => {
          tables.attempts.end(id, 'interrupted', null, atMs)
          tables.trials.interrupt.run(id)
          tables.events.append(studyId, {
            kind: 'trial.interrupted',
            trialNumber: number,
            detail: {},
            atMs,
          })
          return number
        })
      })
    },

    suspendTrial(studyId, trialNumber, atMs) {
      database.write(() => {
        const { id } = tables.unfinishedTrial(studyId, trialNumber)
        tables.attempts.end(id, 'interrupted', null, atMs)
        tables.trials.interrupt.run(id)
        tables.marks.set(id, 'suspended', true)
        tables.events.append(studyId, { kind: 'trial.suspended', trialNumber, detail: {}, atMs })
      })
    },

    unsuspendTrial(studyId, trialNumber, atMs) {
      return database.write(() => {
        const { id } = tables.unfinishedTrial(studyId, trialNumber)
        if (tables.marks.ofTrial(id).suspended !== true) {
          const rule = msg('rule.trial.notSuspended', { trial: trialNumber })
          throw new AppError('intervention.refused', { study: tables.studies.name(studyId), rule })
        }
        tables.marks.set(id, 'suspended', false)
        return tables.events.append(studyId, {
          kind: 'trial.unsuspended',
          trialNumber,
          detail: {},
          atMs,
        })
      })
    },

    nameParameter(studyId, trialNumber, parameters, change) {
      database.write(() => {
        if (change !== null) studies.changeSpecification(change)
        const { id } = tables.trialHead(studyId, trialNumber)
        tables.trials.setParameters.run(encodeAssignment(parameters), id)
      })
    },

    setExcluded(studyId, trialNumber, excluded, mark) {
      return database.write(() => {
        const { id } = tables.trialHead(studyId, trialNumber)
        tables.marks.set(id, 'excluded', excluded)
        const kind = excluded ? 'trial.excluded' : 'trial.included'
        return tables.recordChange(studyId, kind, trialNumber, {}, mark)
      })
    },

    setTrialNote(studyId, trialNumber, note, mark) {
      return database.write(() => {
        const { id } = tables.trialHead(studyId, trialNumber)
        const detail = { from: tables.marks.ofTrial(id).note ?? '', to: note }
        tables.marks.set(id, 'note', note)
        return tables.recordChange(studyId, 'trial.noted', trialNumber, detail, mark)
      })
    },

    addRemarks(studyId, trialNumber, remarks) {
      return database.write(() => {
        const { id } = tables.trialHead(studyId, trialNumber)
        const added = remarks.notes.length + Object.keys(remarks.attributes).length
        if (tables.remarks.countOf(id) + added > MAX_REMARKS) return false
        tables.remarks.insert(id, remarks)
        return true
      })
    },

    startAttempt(attempt) {
      const { studyId, trialNumber, slot, atMs, resumeStep } = attempt
      database.write(() => {
        const { id } = tables.unfinishedTrial(studyId, trialNumber)
        tables.attempts.end(id, 'interrupted', null, atMs)
        const previous = tables.attempts.last(id)
        restart(id, resumeStep ?? -1)
        const number = tables.attempts.open(id, slot, atMs)
        tables.events.append(studyId, {
          kind: 'trial.retried',
          trialNumber,
          detail: {
            attempt: number,
            slot,
            after: previous?.failure?.class ?? previous?.state ?? null,
            ...(resumeStep === undefined ? {} : { resumeStep }),
          },
          atMs,
        })
      })
    },

    setAttemptEngine(studyId, number, engine) {
      changeOpenAttempt('setAttemptEngine', studyId, number, id =>
        tables.attempts.setEngine(id, engine),
      )
    },

    setAttemptCode(studyId, number, code) {
      changeOpenAttempt('setAttemptCode', studyId, number, id => tables.attempts.setCode(id, code))
    },

    setMachine(studyId, number, machine) {
      changeOpenAttempt('setMachine', studyId, number, id =>
        tables.attempts.setMachine(id, machine),
      )
    },

    failAttempt(studyId, trialNumber, failure, atMs) {
      const fail = (id: number): boolean => tables.attempts.end(id, 'failed', failure, atMs)
      changeOpenAttempt('failAttempt', studyId, trialNumber, fail)
    },

    recordResources(studyId, trialNumber, samples) {
      database.write(() => {
        const { id } = tables.unfinishedTrial(studyId, trialNumber)
        const attempt = tables.attempts.last(id)
        if (attempt?.state !== 'running')
          refuseArgument('recordResources', 'trialNumber', trialNumber, msg('rule.openAttempt'))
        tables.resources.set(id, attempt.number, samples)
      })
    },

    appendMetrics(studyId, batches) {
      database.write(() => {
        tables.studies.name(studyId)
        tables.appendMetrics('appendMetrics', studyId, batches)
      })
    },

    keepMetrics(studyId, trialNumber, resumeStep) {
      database.write(() => restart(tables.unfinishedTrial(studyId, trialNumber).id, resumeStep))
    },

    recordCheckpoint({ studyId, trialNumber, checkpoint, metrics, atMs }) {
      database.write(() => {
        const { id } = tables.unfinishedTrial(studyId, trialNumber)
        tables.appendMetrics('recordCheckpoint', studyId, metrics)
        tables.checkpoints.put(id, checkpoint, atMs)
      })
    },

    removeCheckpoints(studyId, checkpoints) {
      database.write(() => {
        tables.studies.name(studyId)
        for (const checkpoint of checkpoints) tables.checkpoints.remove(studyId, checkpoint)
      })
    },

    addFiles(studyId, trialNumber, { artifacts, remarks }, atMs) {
      return database.write(() => {
        const { id } = tables.trialHead(studyId, trialNumber)
        for (const file of artifacts) {
          tables.artifacts.remove.run(id, file.kind)
          tables.artifacts.insert(id, file)
        }
        if (remarks !== undefined) tables.remarks.insert(id, remarks)
        const detail = { files: artifacts.length }
        return tables.recordChange(studyId, 'trial.filesStored', trialNumber, detail, { atMs })
      })
    },

    removeArtifacts(studyId, trialNumber, kinds, leftOut) {
      database.write(() => {
        const { id } = tables.trialHead(studyId, trialNumber)
        for (const kind of kinds) tables.artifacts.remove.run(id, kind)
        if (leftOut !== undefined) tables.remarks.leaveOut(id, leftOut)
      })
    },
  }
}
