import { msg, messageAsJson } from '../../core/errors/message.ts'
import type { JsonObject } from '../../core/values/json.ts'
import { trialValuesToJson } from '../../core/trial/metric-value.ts'
import type { OptunaChange, OptunaTrialEnd } from '../../core/storage/optuna-storage.ts'
import type { Report } from '../../core/trial/trial.ts'
import { encodeAssignment } from './json-columns.ts'
import { OptunaTables, type OptunaTrialIds } from './optuna-tables.ts'
import { SqliteStudyChanges } from './sqlite-study-changes.ts'
import type { NewStudy } from './studies.ts'

/** The share of a change that somebody who watches a study has to hear of. */
export interface OptunaUpdate {
  readonly studyId: number
  /** Of a trial that looks different now. */
  readonly trialNumber?: number
  readonly report?: Report & { readonly metric: string }
  /** The trial has ended. */
  readonly isEnd?: true
  /** The study itself looks different. */
  readonly isStudy?: true
}

type Change<Type extends OptunaChange['type']> = Extract<OptunaChange, { type: Type }>

export interface OptunaWriting {
  /** A new study as it is stored. */
  readonly toStudy: (change: Change<'study.created'>, name: string) => NewStudy
  readonly atMs: number
}

/** Writes what Optuna's programs ask for: their rows and ours, in one transaction. */
export class SqliteOptunaChanges extends SqliteStudyChanges {
  readonly #optuna = new OptunaTables(this.handle)
  readonly #setParameters = this.handle.prepare<[string, number]>(
    'UPDATE trials SET parameters = ? WHERE id = ?',
  )
  readonly #setRunning = this.handle.prepare<[number, number]>(
    `UPDATE trials SET state = 'running', started_at_ms = ? WHERE id = ?`,
  )
  readonly #keepRunning = this.handle.prepare<[number]>(
    `UPDATE trials SET state = 'running' WHERE id = ?`,
  )
  readonly #setProvenance = this.handle.prepare<[string, number]>(
    'UPDATE trials SET provenance = ? WHERE id = ?',
  )
  readonly #reopenAttempt = this.handle.prepare<[number]>(
    `UPDATE attempts SET state = 'running', finished_at_ms = NULL WHERE trial_id = ?`,
  )
  readonly #startAttempt = this.handle.prepare<[number, number]>(
    'UPDATE attempts SET started_at_ms = ? WHERE trial_id = ?',
  )
  readonly #setUserAttributes = this.handle.prepare<[string, number]>(
    `UPDATE studies SET environment = json_set(environment, '$.importedFrom.userAttributes', json(?))
     WHERE id = ?`,
  )

  /** All of it is on disk when this returns, or nothing is. @returns what is new, in its order */
  writeOptuna(changes: readonly OptunaChange[], writing: OptunaWriting): OptunaUpdate[] {
    return this.database.write(() => changes.flatMap(change => this.#write(change, writing) ?? []))
  }

  /** Whether a program of Optuna made it through our port. */
  isOptunaStudy(studyId: number): boolean {
    return this.#optuna.storedStudy(studyId) !== null
  }

  /** What people wrote beside the trials of a study, by number. */
  notesOfTrials(studyId: number): Readonly<Record<string, string>> {
    return Object.fromEntries(this.marks.notes.all(studyId))
  }

  /** What a trial says of its files in an artifact store of Optuna: one JSON text each. */
  optunaArtifacts(studyId: number, trialNumber: number): readonly string[] {
    return this.#optuna.artifactsOf.all(studyId, trialNumber)
  }

  /** Trials that ended and say something of files, whether or not these have been kept. */
  optunaTrialsWithArtifacts(studyId: number): readonly number[] {
    return this.#optuna.endedWithArtifacts.all(studyId)
  }

  /** No program works on any study: those that ran wait, and so do their trials. @returns their ids */
  leaveOptunaStudies(atMs: number): number[] {
    return this.database.write(() => {
      const abandonedIds = this.#optuna.abandoned.all()
      for (const studyId of abandonedIds) this.#leave(studyId, atMs)
      return abandonedIds
    })
  }

  #write(change: OptunaChange, writing: OptunaWriting): OptunaUpdate | null {
    const { atMs } = writing
    switch (change.type) {
      case 'study.created':
        return this.#createOptunaStudy(change, writing)
      case 'trial.created':
        return this.#createTrial(change, atMs)
      case 'trial.entry':
      case 'trial.report':
      case 'trial.state':
      case 'trial.lost':
      case 'trial.found': {
        const ids = this.#optuna.idsOf.get(change.trial)
        return ids === undefined ? null : this.#writeTrial(change, ids, atMs)
      }
      default: {
        const studyId = this.#optuna.studyIdOf.get(change.study)
        if (studyId === undefined) return null
        this.#writeStudy(change, studyId, atMs)
        return { studyId, isStudy: true }
      }
    }
  }

  #createOptunaStudy(change: Change<'study.created'>, { toStudy }: OptunaWriting): OptunaUpdate {
    const usedNames = new Set(this.studies.all().map(({ name }) => name))
    let name = change.specification.name
    for (let count = 2; usedNames.has(name); count++) name = `${change.specification.name} ${count}`
    const { id: studyId } = this.createStudy(toStudy(change, name))
    const [goal] = change.specification.goals
    const directions = JSON.stringify(change.directions)
    this.#optuna.insertStudy.run(change.id, studyId, change.name, directions, goal?.metric ?? '')
    return { studyId, isStudy: true }
  }

  #writeStudy(
    change: Exclude<OptunaChange, { trial: number } | { id: number }>,
    studyId: number,
    atMs: number,
  ): void {
    switch (change.type) {
      case 'study.attribute':
        this.#optuna.putStudyEntry.run(studyId, change.kind, change.key, change.value)
        if (change.shown !== undefined) {
          this.#setUserAttributes.run(JSON.stringify(change.shown), studyId)
        }
        break
      case 'study.shape': {
        const { goals, constraints, space } = change
        const { specification } = this.studies.byId(studyId)
        this.studies.set(studyId, 'specification', { ...specification, goals, constraints, space })
        const metric = goals[0]?.metric ?? ''
        if (metric !== this.#optuna.reportMetricOf.get(studyId) && !this.#hasReports(studyId)) {
          this.#optuna.setReportMetric.run(metric, studyId)
        }
        break
      }
      case 'study.joined': {
        const { state } = this.studies.byId(studyId)
        if (state === 'running') break
        const event = state === 'created' ? 'study.started' : 'study.resumed'
        this.setStudyState({ studyId, state: 'running', reason: null, event, atMs })
        break
      }
      case 'study.left':
        if (this.studies.byId(studyId).state === 'running') this.#leave(studyId, atMs)
        break
      case 'study.deleted':
      case 'study.returned': {
        const isDeleted = change.type === 'study.deleted'
        this.#optuna.setDeleted.run(isDeleted ? atMs : null, change.study)
        const { labels, state } = this.studies.byId(studyId)
        if (isDeleted && state === 'running') this.#leave(studyId, atMs)
        if (labels.archived !== isDeleted) {
          this.setLabels(studyId, { ...labels, archived: isDeleted }, { atMs })
        }
      }
    }
  }

  #createTrial(change: Change<'trial.created'>, atMs: number): OptunaUpdate | null {
    const studyId = this.#optuna.studyIdOf.get(change.study)
    if (studyId === undefined) return null
    const { number: trialNumber, parameters, seed, head, startedAtMs } = change
    const reason = msg('proposal.byProgram', { program: 'Optuna' })
    const provenance = { sampler: 'optuna', reason }
    const slot = 0
    if (change.queuedPoint !== undefined)
      this.queuedPointTable.leave(studyId, change.queuedPoint, 'taken')
    const trial = { studyId, number: trialNumber, parameters, seed, slot, provenance }
    const trialId = this.trialTable.insert({ ...trial, atMs: startedAtMs })
    this.attempts.open(trialId, slot, startedAtMs)
    this.#optuna.insertTrial(change.id, trialId, head)
    for (const entry of change.entries) this.#optuna.putTrialEntry(trialId, entry)
    for (const report of change.reports) this.#report(studyId, trialId, report)
    if (head.state === 'WAITING') {
      this.attempts.end(trialId, 'interrupted', null, startedAtMs)
      this.trialTable.interrupt.run(trialId)
    } else this.#started(studyId, trialNumber, atMs)
    if (change.end === null) return { studyId, trialNumber }
    this.#finish({ trialId, studyId, number: trialNumber }, change.end)
    return { studyId, trialNumber, isEnd: true }
  }

  #writeTrial(
    change: Extract<OptunaChange, { trial: number }>,
    ids: OptunaTrialIds,
    atMs: number,
  ): OptunaUpdate {
    const { trialId, studyId, number: trialNumber } = ids
    switch (change.type) {
      case 'trial.entry':
        this.#optuna.putTrialEntry(trialId, change.entry)
        if (change.parameters !== undefined) {
          this.#setParameters.run(encodeAssignment(change.parameters), trialId)
        }
        return { studyId, trialNumber }
      case 'trial.report':
        return { studyId, report: this.#report(studyId, trialId, change), trialNumber }
      case 'trial.state': {
        this.#optuna.setTrial(change.trial, change.head)
        if (change.end !== null) this.#finish(ids, change.end)
        else if (change.head.state === 'RUNNING') {
          this.#setRunning.run(atMs, trialId)
          this.#reopenAttempt.run(trialId)
          this.#startAttempt.run(atMs, trialId)
          this.#started(studyId, trialNumber, atMs)
        } else this.#interrupt(ids, atMs)
        return { studyId, trialNumber, ...(change.end !== null && { isEnd: true as const }) }
      }
      case 'trial.lost':
        this.#interrupt(ids, atMs)
        return { studyId, trialNumber }
      case 'trial.found':
        this.#keepRunning.run(trialId)
        this.#reopenAttempt.run(trialId)
        return { studyId, trialNumber }
    }
  }

  #started(studyId: number, trialNumber: number, atMs: number): void {
    const detail: JsonObject = { attempt: 1, slot: 0 }
    this.eventTable.append(studyId, { kind: 'trial.started', trialNumber, detail, atMs })
  }

  #report(
    studyId: number,
    trialId: number,
    { step, value }: Report,
  ): Required<OptunaUpdate>['report'] {
    const metric = this.#optuna.reportMetricOf.get(studyId) ?? ''
    this.metrics.put(trialId, metric, { step, value })
    this.trialTable.raiseLastStep.run({ id: trialId, step })
    return { step, value, metric }
  }

  #finish({ trialId, studyId, number }: OptunaTrialIds, end: OptunaTrialEnd): void {
    const { state, failure, reason, atMs } = end
    this.#setParameters.run(encodeAssignment(end.parameters), trialId)
    this.#setProvenance.run(JSON.stringify(end.provenance), trialId)
    this.values.insert(trialId, end)
    const closed = this.attempts.end(trialId, state, failure, atMs)
    if (!closed && failure !== null) this.attempts.addFailure(trialId, failure)
    const finish = { ...end, studyId, trialNumber: number, metrics: [], artifacts: [] }
    this.trialTable.finish(trialId, finish)
    this.eventTable.append(studyId, {
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

  #leave(studyId: number, atMs: number): void {
    for (const { id: trialId, number } of this.trialTable.running.all(studyId)) {
      this.#interrupt({ trialId, studyId, number }, atMs)
    }
    const reason = msg('ending.programLeft')
    this.setStudyState({ studyId, state: 'paused', reason, event: 'study.paused', atMs })
  }

  #interrupt({ trialId, studyId, number }: OptunaTrialIds, atMs: number): void {
    this.attempts.end(trialId, 'interrupted', null, atMs)
    this.trialTable.interrupt.run(trialId)
    const event = { kind: 'trial.interrupted', trialNumber: number, detail: {}, atMs } as const
    this.eventTable.append(studyId, event)
  }

  #hasReports(studyId: number): boolean {
    return this.metrics.namesOfStudy.all(studyId).length > 0
  }
}
