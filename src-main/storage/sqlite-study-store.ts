import { fact, factAsJson } from '../contract/fact.ts'
import type { EngineInfo } from '../contract/engine.ts'
import { AppError } from '../contract/errors.ts'
import type { EventRecord } from '../contract/events.ts'
import type { ImportedTrial } from '../contract/imported-study.ts'
import type { JsonObject } from '../contract/json.ts'
import { metricToJson, trialValuesToJson } from '../contract/metric-value.ts'
import type { ResourceSample } from '../contract/resources.ts'
import type { StudyRecord, WinnerRecord } from '../contract/study.ts'
import { type Failure, isFinished } from '../contract/trial.ts'
import { checkColumns, checkFinish, refuseArgument, importTrial, type TrialHead } from './trials.ts'
import { openDatabase } from './database.ts'
import { SqliteDatasetStore } from './sqlite-dataset-store.ts'
import { SqliteStudyReader } from './sqlite-study-reader.ts'
import type {
  ImportEnd,
  MetricBatch,
  NewAttempt,
  NewCheckpoint,
  NewEvent,
  NewStudy,
  NewTrial,
  StudyReader,
  StudyStateChange,
  StudyStore,
  TrialFinish,
} from './study-store.ts'

export interface WritingOptions {
  readonly readOnly?: false
  /** Largest size of the file in pages of 4096 bytes; beyond it, writing throws `database.full`. */
  readonly maxPages?: number
}

export interface ReadingOptions {
  readonly readOnly: true
}

/** The writing half of the store: every method is one transaction. */
export class SqliteStudyStore extends SqliteDatasetStore implements StudyStore {
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

  importStudy(study: NewStudy, trials: readonly ImportedTrial[], end: ImportEnd): StudyRecord {
    // Methods within become parts of the one transaction.
    return this.database.write(() => {
      const { id: studyId } = this.createStudy(study)
      for (const trial of trials) importTrial(this, studyId, trial)
      this.interruptRunning(studyId, end.atMs)
      this.addElapsed(studyId, end.elapsedMs)
      this.setStudyState({
        studyId,
        state: 'finished',
        reason: end.reason,
        event: 'study.finished',
        atMs: end.atMs,
      })
      return this.studies.byId(studyId)
    })
  }

  setStudyState(change: StudyStateChange): void {
    this.database.write(() => {
      this.studies.setState(change)
      this.eventTable.append(change.studyId, {
        kind: change.event,
        trialNumber: null,
        detail: { state: change.state, reason: factAsJson(change.reason) },
        atMs: change.atMs,
      })
    })
  }

  setDataset(studyId: number, dataset: JsonObject): void {
    this.database.write(() => this.studies.setDataset(studyId, dataset))
  }

  addElapsed(studyId: number, durationMs: number): void {
    if (!Number.isFinite(durationMs) || durationMs < 0) {
      refuseArgument('addElapsed', 'durationMs', durationMs, fact('rule.atLeast', { limit: 0 }))
    }
    this.database.write(() => this.studies.addElapsed(studyId, durationMs))
  }

  startTrial(trial: NewTrial): void {
    this.database.write(() => {
      const study = this.studies.name(trial.studyId)
      const existing = this.trialTable.head(trial.studyId, trial.number)
      if (existing !== undefined) {
        refuseFinished(study, existing)
        refuseArgument('startTrial', 'number', trial.number, fact('rule.unique'))
      }
      const { queuedPoint } = trial
      if (queuedPoint !== undefined && !this.queue.leave(trial.studyId, queuedPoint, 'taken')) {
        refuseArgument(
          'startTrial',
          'queuedPoint',
          queuedPoint,
          fact('rule.pointGone', { point: queuedPoint }),
        )
      }
      const id = this.trialTable.insert(trial)
      const attempt = this.attempts.open(id, trial.slot, trial.atMs)
      this.eventTable.append(trial.studyId, {
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
  }

  startAttempt(attempt: NewAttempt): void {
    const { studyId, trialNumber, slot, atMs, keptStep } = attempt
    this.database.write(() => {
      const { id } = this.#unfinished(studyId, trialNumber)
      this.attempts.end(id, 'interrupted', null, atMs)
      const previous = this.attempts.last(id)
      this.trialTable.restart(id)
      const highest = this.metrics.clearAfter(id, keptStep ?? -1)
      if (highest !== null) this.trialTable.raiseLastStep(id, highest)
      const number = this.attempts.open(id, slot, atMs)
      this.eventTable.append(studyId, {
        kind: 'trial.retried',
        trialNumber,
        detail: {
          attempt: number,
          slot,
          after: previous?.failure?.class ?? previous?.state ?? null,
          ...(keptStep === undefined ? {} : { keptStep }),
        },
        atMs,
      })
    })
  }

  setAttemptEngine(studyId: number, trialNumber: number, engine: EngineInfo): void {
    this.database.write(() => {
      const { id } = this.#unfinished(studyId, trialNumber)
      if (!this.attempts.setEngine(id, engine)) refuseClosed('setAttemptEngine', trialNumber)
    })
  }

  failAttempt(studyId: number, trialNumber: number, failure: Failure, atMs: number): void {
    this.database.write(() => {
      const { id } = this.#unfinished(studyId, trialNumber)
      if (!this.attempts.end(id, 'failed', failure, atMs)) refuseClosed('failAttempt', trialNumber)
    })
  }

  recordResources(studyId: number, trialNumber: number, samples: readonly ResourceSample[]): void {
    this.database.write(() => {
      const { id } = this.#unfinished(studyId, trialNumber)
      const attempt = this.attempts.last(id)
      if (attempt?.state !== 'running') refuseClosed('recordResources', trialNumber)
      this.resourcesTable.set(id, attempt.number, samples)
    })
  }

  appendMetrics(studyId: number, batches: readonly MetricBatch[]): void {
    this.database.write(() => {
      this.studies.name(studyId)
      this.#append('appendMetrics', studyId, batches)
    })
  }

  keepMetrics(studyId: number, trialNumber: number, keptStep: number): void {
    this.database.write(() => {
      const { id } = this.#unfinished(studyId, trialNumber)
      this.trialTable.restart(id)
      const highest = this.metrics.clearAfter(id, keptStep)
      if (highest !== null) this.trialTable.raiseLastStep(id, highest)
    })
  }

  recordCheckpoint({ studyId, trialNumber, checkpoint, metrics, atMs }: NewCheckpoint): void {
    this.database.write(() => {
      const { id } = this.#unfinished(studyId, trialNumber)
      this.#append('recordCheckpoint', studyId, metrics)
      this.checkpointTable.put(id, checkpoint, atMs)
    })
  }

  removeCheckpoints(studyId: number, paths: readonly string[]): void {
    this.database.write(() => {
      this.studies.name(studyId)
      for (const path of paths) this.checkpointTable.remove(studyId, path)
    })
  }

  finishTrial(finish: TrialFinish): void {
    const { studyId, trialNumber, state, failure, atMs } = finish
    this.database.write(() => {
      const { id } = this.#unfinished(studyId, trialNumber)
      checkFinish(finish, this.studies.sizes(studyId))
      this.#append('finishTrial', studyId, finish.metrics)
      this.values.insert(id, finish)
      for (const artifact of finish.artifacts) this.artifactTable.insert(id, artifact)
      if (finish.checkpoint !== undefined) this.checkpointTable.put(id, finish.checkpoint, atMs)
      const closed = this.attempts.end(id, state, failure, atMs)
      if (!closed && failure !== null) this.attempts.addFailure(id, failure)
      this.trialTable.finish(id, finish)
      this.eventTable.append(studyId, {
        kind: 'trial.finished',
        trialNumber,
        detail: {
          state,
          ...trialValuesToJson(finish),
          ...(finish.replicates === undefined
            ? {}
            : { replicates: finish.replicates.map(values => values.map(metricToJson)) }),
          ...(finish.reason === null ? {} : { reason: factAsJson(finish.reason) }),
          ...(failure === null ? {} : { failure: failure.class }),
        },
        atMs,
      })
    })
  }

  interruptRunning(studyId: number, atMs: number): readonly number[] {
    return this.database.write(() => {
      this.studies.name(studyId)
      return this.trialTable.running(studyId).map(({ id, number }) => {
        this.attempts.end(id, 'interrupted', null, atMs)
        this.trialTable.interrupt(id)
        this.eventTable.append(studyId, {
          kind: 'trial.interrupted',
          trialNumber: number,
          detail: {},
          atMs,
        })
        return number
      })
    })
  }

  suspendTrial(studyId: number, trialNumber: number, atMs: number): void {
    this.database.write(() => {
      const { id } = this.#unfinished(studyId, trialNumber)
      this.attempts.end(id, 'interrupted', null, atMs)
      this.trialTable.interrupt(id)
      this.marks.setSuspended(id, true)
      this.eventTable.append(studyId, { kind: 'trial.suspended', trialNumber, detail: {}, atMs })
    })
  }

  unsuspendTrial(studyId: number, trialNumber: number, atMs: number): EventRecord {
    return this.database.write(() => {
      const { id } = this.#unfinished(studyId, trialNumber)
      if (this.marks.ofTrial(id).suspended !== true) {
        const rule = fact('rule.trial.notSuspended', { trial: trialNumber })
        throw new AppError('intervention.refused', { study: this.studies.name(studyId), rule })
      }
      this.marks.setSuspended(id, false)
      return this.eventTable.append(studyId, {
        ...{ kind: 'trial.unsuspended', trialNumber, detail: {}, atMs },
      })
    })
  }

  removeArtifacts(studyId: number, trialNumber: number): void {
    this.database.write(() => {
      const trial = this.trialTable.head(studyId, trialNumber)
      if (trial === undefined) throw this.unknownTrial(studyId, trialNumber)
      this.artifactTable.remove(trial.id)
    })
  }

  recordWinner(studyId: number, winner: WinnerRecord): void {
    this.database.write(() => {
      const trial = this.trialTable.head(studyId, winner.trialNumber)
      if (trial === undefined) throw this.unknownTrial(studyId, winner.trialNumber)
      this.winners.set(studyId, trial.id, winner)
      const metrics = Object.entries(winner.metrics).map(([name, value]) => [
        name,
        metricToJson(value),
      ])
      this.eventTable.append(studyId, {
        kind: 'winner.tested',
        trialNumber: winner.trialNumber,
        detail: { metrics: Object.fromEntries(metrics) as JsonObject },
        atMs: winner.evaluatedAtMs,
      })
    })
  }

  recordEvent(studyId: number, event: NewEvent): EventRecord {
    return this.database.write(() => {
      this.studies.name(studyId)
      return this.eventTable.append(studyId, event)
    })
  }

  #append(method: string, studyId: number, batches: readonly MetricBatch[]): void {
    for (const { trialNumber, columns } of batches) {
      checkColumns(method, columns)
      const { id } = this.#unfinished(studyId, trialNumber)
      const highest = this.metrics.append(id, columns)
      if (highest !== null) this.trialTable.raiseLastStep(id, highest)
    }
  }

  /** @throws AppError `study.notFound`, `trial.notFound`, `trial.finished` */
  #unfinished(studyId: number, number: number): TrialHead {
    const trial = this.trialTable.head(studyId, number)
    if (trial === undefined) throw this.unknownTrial(studyId, number)
    if (isFinished(trial.state)) refuseFinished(this.studies.name(studyId), trial)
    return trial
  }
}

/**
 * Opens the store of studies.
 *
 * For writing, a missing file is created (its folder must exist), an older one is migrated after a
 * backup, and the write lock is held until `close` or the end of the process. With `readOnly`,
 * nothing is written and no lock is taken: any number of readers works beside the writer.
 *
 * @param path a file, or `:memory:` for a store that ends with the process (writing only).
 * @throws AppError `file.notFound`, `file.unreadable`, `database.locked`, `database.readOnly`,
 * `database.future`, `database.corrupt`, `database.full`, `database.migrationFailed`
 */
export function openStudyStore(path: string, options: ReadingOptions): StudyReader
export function openStudyStore(path: string, options?: WritingOptions): StudyStore
export function openStudyStore(
  path: string,
  options: ReadingOptions | WritingOptions = {},
): StudyReader | StudyStore {
  const database = openDatabase(path, options)
  return options.readOnly === true
    ? new SqliteStudyReader(database)
    : new SqliteStudyStore(database)
}

function refuseFinished(study: string, { number, state }: TrialHead): void {
  if (isFinished(state)) throw new AppError('trial.finished', { study, number, state })
}

function refuseClosed(method: string, trialNumber: number): never {
  refuseArgument(method, 'trialNumber', trialNumber, fact('rule.openAttempt'))
}
