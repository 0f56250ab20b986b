import { msg, messageAsJson } from '../../core/errors/message.ts'
import type { JsonObject } from '../../core/values/json.ts'
import { trialValuesToJson } from '../../core/trial/metric-value.ts'
import type { OptunaChange, OptunaTrialEnd } from '../../core/storage/optuna-storage.ts'
import type { Report } from '../../core/trial/trial.ts'
import { encodeAssignment } from './json-columns.ts'
import { OptunaTables, type OptunaTrialIds } from './optuna-tables.ts'
import type { StoreTables } from './store-tables.ts'
import type { OptunaStore, OptunaUpdate, OptunaWriting, StudyWrites } from './study-store.ts'

type Change<Type extends OptunaChange['type']> = Extract<OptunaChange, { type: Type }>

/** What Optuna's programs ask for: their rows and ours, in one transaction. */
export function optunaChanges(tables: StoreTables, studies: StudyWrites): OptunaStore {
  const { database } = tables

  const optuna = new OptunaTables(database.handle)
  const setParameters = database.handle.prepare<[string, number]>(
    'UPDATE trials SET parameters = ? WHERE id = ?',
  )
  const setRunning = database.handle.prepare<[number, number]>(
    `UPDATE trials SET state = 'running', started_at_ms = ? WHERE id = ?`,
  )
  const keepRunning = database.handle.prepare<[number]>(
    `UPDATE trials SET state = 'running' WHERE id = ?`,
  )
  const setProvenance = database.handle.prepare<[string, number]>(
    'UPDATE trials SET provenance = ? WHERE id = ?',
  )
  const reopenAttempt = database.handle.prepare<[number]>(
    `UPDATE attempts SET state = 'running', finished_at_ms = NULL WHERE trial_id = ?`,
  )
  const startAttempt = database.handle.prepare<[number, number]>(
    'UPDATE attempts SET started_at_ms = ? WHERE trial_id = ?',
  )
  const setUserAttributes = database.handle.prepare<[string, number]>(
    `UPDATE studies SET environment = json_set(environment, '$.importedFrom.userAttributes', json(?))
     WHERE id = ?`,
  )

  function writeChange(change: OptunaChange, writing: OptunaWriting): OptunaUpdate | null {
    const { atMs } = writing
    switch (change.type) {
      case 'study.created':
        return createOptunaStudy(change, writing)
      case 'trial.created':
        return createTrial(change, atMs)
      case 'trial.entry':
      case 'trial.report':
      case 'trial.state':
      case 'trial.lost':
      case 'trial.found': {
        const ids = optuna.idsOf.get(change.trial)
        return ids === undefined ? null : writeTrial(change, ids, atMs)
      }
      default: {
        const studyId = optuna.studyIdOf.get(change.study)
        if (studyId === undefined) return null
        writeStudy(change, studyId, atMs)
        return { studyId, isStudy: true }
      }
    }
  }

  function createOptunaStudy(
    change: Change<'study.created'>,
    { toStudy }: OptunaWriting,
  ): OptunaUpdate {
    const usedNames = new Set(tables.studies.all().map(({ name }) => name))
    let name = change.specification.name
    for (let count = 2; usedNames.has(name); count++) name = `${change.specification.name} ${count}`
    const { id: studyId } = studies.createStudy(toStudy(change, name))
    const [goal] = change.specification.goals
    const directions = JSON.stringify(change.directions)
    optuna.insertStudy.run(change.id, studyId, change.name, directions, goal?.metric ?? '')
    return { studyId, isStudy: true }
  }

  function writeStudy(
    change: Exclude<OptunaChange, { trial: number } | { id: number }>,
    studyId: number,
    atMs: number,
  ): void {
    switch (change.type) {
      case 'study.attribute':
        optuna.putStudyEntry.run(studyId, change.kind, change.key, change.value)
        if (change.shown !== undefined) {
          setUserAttributes.run(JSON.stringify(change.shown), studyId)
        }
        break
      case 'study.shape': {
        const { goals, constraints, space } = change
        const { specification } = tables.studies.byId(studyId)
        tables.studies.set(studyId, 'specification', {
          ...specification,
          goals,
          constraints,
          space,
        })
        const metric = goals[0]?.metric ?? ''
        if (metric !== optuna.reportMetricOf.get(studyId) && !hasReports(studyId)) {
          optuna.setReportMetric.run(metric, studyId)
        }
        break
      }
      case 'study.joined': {
        const { state } = tables.studies.byId(studyId)
        if (state === 'running') break
        const event = state === 'created' ? 'study.started' : 'study.resumed'
        studies.setStudyState({ studyId, state: 'running', reason: null, event, atMs })
        break
      }
      case 'study.left':
        if (tables.studies.byId(studyId).state === 'running') leaveStudy(studyId, atMs)
        break
      case 'study.deleted':
      case 'study.returned': {
        const isDeleted = change.type === 'study.deleted'
        optuna.setDeleted.run(isDeleted ? atMs : null, change.study)
        const { labels, state } = tables.studies.byId(studyId)
        if (isDeleted && state === 'running') leaveStudy(studyId, atMs)
        if (labels.archived !== isDeleted) {
          studies.setLabels(studyId, { ...labels, archived: isDeleted }, { atMs })
        }
      }
    }
  }

  function createTrial(change: Change<'trial.created'>, atMs: number): OptunaUpdate | null {
    const studyId = optuna.studyIdOf.get(change.study)
    if (studyId === undefined) return null
    const { number: trialNumber, parameters, seed, head, startedAtMs } = change
    const reason = msg('proposal.byProgram', { program: 'Optuna' })
    const provenance = { sampler: 'optuna', reason }
    const slot = 0
    if (change.queuedPoint !== undefined)
      tables.queuedPoints.leave(studyId, change.queuedPoint, 'taken')
    const trial = { studyId, number: trialNumber, parameters, seed, slot, provenance }
    const trialId = tables.trials.insert({ ...trial, atMs: startedAtMs })
    tables.attempts.open(trialId, slot, startedAtMs)
    optuna.insertTrial(change.id, trialId, head)
    for (const entry of change.entries) optuna.putTrialEntry(trialId, entry)
    for (const report of change.reports) storeReport(studyId, trialId, report)
    if (head.state === 'WAITING') {
      tables.attempts.end(trialId, 'interrupted', null, startedAtMs)
      tables.trials.interrupt.run(trialId)
    } else recordStart(studyId, trialNumber, atMs)
    if (change.end === null) return { studyId, trialNumber }
    finishTrial({ trialId, studyId, number: trialNumber }, change.end)
    return { studyId, trialNumber, isEnd: true }
  }

  function writeTrial(
    change: Extract<OptunaChange, { trial: number }>,
    ids: OptunaTrialIds,
    atMs: number,
  ): OptunaUpdate {
    const { trialId, studyId, number: trialNumber } = ids
    switch (change.type) {
      case 'trial.entry':
        optuna.putTrialEntry(trialId, change.entry)
        if (change.parameters !== undefined) {
          setParameters.run(encodeAssignment(change.parameters), trialId)
        }
        return { studyId, trialNumber }
      case 'trial.report':
        return { studyId, report: storeReport(studyId, trialId, change), trialNumber }
      case 'trial.state': {
        optuna.setTrial(change.trial, change.head)
        if (change.end !== null) finishTrial(ids, change.end)
        else if (change.head.state === 'RUNNING') {
          setRunning.run(atMs, trialId)
          reopenAttempt.run(trialId)
          startAttempt.run(atMs, trialId)
          recordStart(studyId, trialNumber, atMs)
        } else interruptTrial(ids, atMs)
        return { studyId, trialNumber, ...(change.end !== null && { isEnd: true as const }) }
      }
      case 'trial.lost':
        interruptTrial(ids, atMs)
        return { studyId, trialNumber }
      case 'trial.found':
        keepRunning.run(trialId)
        reopenAttempt.run(trialId)
        return { studyId, trialNumber }
    }
  }

  function recordStart(studyId: number, trialNumber: number, atMs: number): void {
    const detail: JsonObject = { attempt: 1, slot: 0 }
    tables.events.append(studyId, { kind: 'trial.started', trialNumber, detail, atMs })
  }

  function storeReport(
    studyId: number,
    trialId: number,
    { step, value }: Report,
  ): Required<OptunaUpdate>['report'] {
    const metric = optuna.reportMetricOf.get(studyId) ?? ''
    tables.metrics.put(trialId, metric, { step, value })
    tables.trials.raiseLastStep.run({ id: trialId, step })
    return { step, value, metric }
  }

  function finishTrial({ trialId, studyId, number }: OptunaTrialIds, end: OptunaTrialEnd): void {
    const { state, failure, reason, atMs } = end
    setParameters.run(encodeAssignment(end.parameters), trialId)
    setProvenance.run(JSON.stringify(end.provenance), trialId)
    tables.values.insert(trialId, end)
    const closed = tables.attempts.end(trialId, state, failure, atMs)
    if (!closed && failure !== null) tables.attempts.addFailure(trialId, failure)
    const finish = { ...end, studyId, trialNumber: number, metrics: [], artifacts: [] }
    tables.trials.finish(trialId, finish)
    tables.events.append(studyId, {
      kind: 'trial.finished',
      trialNumber: number,
      detail: {
        state,
        ...trialValuesToJson(end),
        ...(reason === null ? {} : { reason: messageAsJson(reason) }),
        ...(failure === null ? {} : { failure: failure.class }),
      },
      atMs,
    })
  }

  function leaveStudy(studyId: number, atMs: number): void {
    for (const { id: trialId, number } of tables.trials.running.all(studyId)) {
      interruptTrial({ trialId, studyId, number }, atMs)
    }
    const reason = msg('ending.programLeft')
    studies.setStudyState({ studyId, state: 'paused', reason, event: 'study.paused', atMs })
  }

  function interruptTrial({ trialId, studyId, number }: OptunaTrialIds, atMs: number): void {
    tables.attempts.end(trialId, 'interrupted', null, atMs)
    tables.trials.interrupt.run(trialId)
    const event = { kind: 'trial.interrupted', trialNumber: number, detail: {}, atMs } as const
    tables.events.append(studyId, event)
  }

  function hasReports(studyId: number): boolean {
    return tables.metrics.namesOfStudy.all(studyId).length > 0
  }

  return {
    writeOptuna(changes, writing) {
      return database.write(() => changes.flatMap(change => writeChange(change, writing) ?? []))
    },

    isOptunaStudy(studyId) {
      return optuna.storedStudy(studyId) !== null
    },

    notesOfTrials(studyId) {
      return Object.fromEntries(tables.marks.notes.all(studyId))
    },

    optunaArtifacts(studyId, trialNumber) {
      return optuna.artifactsOf.all(studyId, trialNumber)
    },

    optunaTrialsWithArtifacts(studyId) {
      return optuna.endedWithArtifacts.all(studyId)
    },

    leaveOptunaStudies(atMs) {
      return database.write(() => {
        const abandonedIds = optuna.abandoned.all()
        for (const studyId of abandonedIds) leaveStudy(studyId, atMs)
        return abandonedIds
      })
    },
  }
}
