import { mkdirSync } from 'node:fs'
import path from 'node:path'
import type { CheckpointRecord, SavedCheckpoint } from '../../core/trial/checkpoint.ts'
import { type MessageDescriptor, msg } from '../../core/errors/message.ts'
import type { EngineInfo } from '../../core/machine/engine.ts'
import { AppError, reasonOf } from '../../core/errors/errors.ts'
import type { EventRecord } from '../../core/study/events.ts'
import type { ImportedTrial } from '../../core/study/imported-study.ts'
import type { JsonObject } from '../../core/values/json.ts'
import { metricToJson } from '../../core/trial/metric-value.ts'
import type { ResourceSample } from '../../core/trial/resources.ts'
import type { StudyRecord } from '../../core/study/study.ts'
import { type AttemptCode, type Failure, isFinished } from '../../core/trial/trial.ts'
import type { LeftOutFile } from '../../core/trial/trial-files.ts'
import type { StoredWinner } from './artifacts.ts'
import type { MetricBatch } from './metrics.ts'
import { adoptRows, type AdoptedStudy } from './copy-study.ts'
import { fitting } from './database-errors.ts'
import { openDatabase, type StoreDatabase } from './database.ts'
import { SqliteOptunaChanges } from './sqlite-optuna-changes.ts'
import { SqliteStudyReader } from './sqlite-study-reader.ts'
import type { NewStudy } from './studies.ts'
import {
  checkColumns,
  checkFinish,
  type NewTrial,
  refuseArgument,
  detailOfEnd,
  type TrialFinish,
  type TrialHead,
} from './trials.ts'

/** How an imported study ended. */
interface ImportEnd {
  readonly reason: MessageDescriptor
  /** Time in which trials ran. */
  readonly elapsedMs: number
  readonly atMs: number
}

interface NewCheckpoint {
  readonly studyId: number
  readonly trialNumber: number
  readonly checkpoint: SavedCheckpoint
  readonly metrics: readonly MetricBatch[]
  readonly atMs: number
}

interface NewAttempt {
  readonly studyId: number
  readonly trialNumber: number
  readonly slot: number
  readonly atMs: number
  /** Metrics up to this step stay: the attempt goes on after it. Absent: none stay. */
  readonly resumeStep?: number
}

export interface WritingOptions {
  readonly readOnly?: false
  /** Largest size of the file in pages of 4096 bytes; beyond it, writing throws `database.full`. */
  readonly maxPages?: number
}

export interface ReadingOptions {
  readonly readOnly: true
}

/** The writing half of the store: every method is one transaction. */
export class SqliteStudyStore extends SqliteOptunaChanges {
  /**
   * A study that another program ran, with all its trials, in one transaction; it is finished.
   * @throws AppError `study.exists`
   */
  importStudy(
    study: NewStudy,
    trials: readonly ImportedTrial[],
    { reason, elapsedMs, atMs }: ImportEnd,
  ): StudyRecord {
    // Methods within become parts of the one transaction.
    return this.database.write(() => {
      const { id: studyId } = this.createStudy(study)
      for (const trial of trials) this.#importTrial(studyId, trial)
      this.interruptRunning(studyId, atMs)
      this.addElapsed(studyId, elapsedMs)
      this.setStudyState({ studyId, state: 'finished', reason, event: 'study.finished', atMs })
      return this.studies.byId(studyId)
    })
  }

  /**
   * A study of another database as it is there, with all its rows, in one transaction. One that ran when it was copied is stopped.
   * @throws AppError `study.exists`; `database.corrupt` for rows that break a rule; what `moveFiles` throws
   */
  adoptStudy(source: StoreDatabase, { name, atMs, moveFiles }: AdoptedStudy): StudyRecord {
    return this.database.write(() => {
      const study = adoptRows(source, this.database, name)
      const { id: studyId, state } = this.studies.byId(study)
      this.requireReadable(studyId)
      if (state === 'running') {
        this.interruptRunning(studyId, atMs)
        const reason = msg('ending.copied')
        this.setStudyState({ studyId, state: 'stopped', reason, event: 'study.stopped', atMs })
      } else this.pauseHeld(atMs, [this.studies.byId(studyId)])
      moveFiles(studyId)
      return this.studies.byId(studyId)
    })
  }

  /** Trial, parameters and first attempt in one transaction; only then may anything start. */
  startTrial(trial: NewTrial): void {
    this.database.write(() => {
      const study = this.studies.name(trial.studyId)
      const existing = this.trialTable.head.get(trial.studyId, trial.number)
      if (existing !== undefined) {
        refuseFinished(study, existing)
        refuseArgument('startTrial', 'number', trial.number, msg('rule.unique'))
      }
      const { queuedPoint } = trial
      if (
        queuedPoint !== undefined &&
        !this.queuedPointTable.leave(trial.studyId, queuedPoint, 'taken')
      ) {
        const rule = msg('rule.pointGone', { point: queuedPoint })
        refuseArgument('startTrial', 'queuedPoint', queuedPoint, rule)
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

  /**
   * A further attempt of a trial that is `running` or `interrupted`: its open attempt, if any, ends
   * as `interrupted`, the metrics of earlier attempts are removed, but for those up to `resumeStep`.
   */
  startAttempt(attempt: NewAttempt): void {
    const { studyId, trialNumber, slot, atMs, resumeStep } = attempt
    this.database.write(() => {
      const { id } = this.#unfinished(studyId, trialNumber)
      this.attempts.end(id, 'interrupted', null, atMs)
      const previous = this.attempts.last(id)
      this.#restart(id, resumeStep ?? -1)
      const number = this.attempts.open(id, slot, atMs)
      this.eventTable.append(studyId, {
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
  }

  setAttemptEngine(studyId: number, number: number, engine: EngineInfo): void {
    this.#changeOpen('setAttemptEngine', studyId, number, id => this.attempts.setEngine(id, engine))
  }

  setAttemptCode(studyId: number, number: number, code: AttemptCode): void {
    this.#changeOpen('setAttemptCode', studyId, number, id => this.attempts.setCode(id, code))
  }

  setMachine(studyId: number, number: number, machine: string): void {
    this.#changeOpen('setMachine', studyId, number, id => this.attempts.setMachine(id, machine))
  }

  /** Ends the open attempt as failed while the trial stays running; the retry policy goes on. */
  failAttempt(studyId: number, trialNumber: number, failure: Failure, atMs: number): void {
    const fail = (id: number): boolean => this.attempts.end(id, 'failed', failure, atMs)
    this.#changeOpen('failAttempt', studyId, trialNumber, fail)
  }

  #changeOpen(what: string, studyId: number, trial: number, change: (id: number) => boolean): void {
    this.database.write(() => {
      if (!change(this.#unfinished(studyId, trial).id))
        refuseArgument(what, 'trialNumber', trial, msg('rule.openAttempt'))
    })
  }

  /** Replaces what was recorded of the open attempt before. */
  recordResources(studyId: number, trialNumber: number, samples: readonly ResourceSample[]): void {
    this.database.write(() => {
      const { id } = this.#unfinished(studyId, trialNumber)
      const attempt = this.attempts.last(id)
      if (attempt?.state !== 'running')
        refuseArgument('recordResources', 'trialNumber', trialNumber, msg('rule.openAttempt'))
      this.resourcesTable.set(id, attempt.number, samples)
    })
  }

  /** All metrics that arrived since the last call, of any trials, in one transaction. */
  appendMetrics(studyId: number, batches: readonly MetricBatch[]): void {
    this.database.write(() => {
      this.studies.name(studyId)
      this.#append('appendMetrics', studyId, batches)
    })
  }

  /** Of a running trial: metrics up to this step stay, later ones are void. */
  keepMetrics(studyId: number, trialNumber: number, resumeStep: number): void {
    this.database.write(() => this.#restart(this.#unfinished(studyId, trialNumber).id, resumeStep))
  }

  /**
   * A checkpoint of a running trial with the metrics that it holds: neither is there without the other. One at the same
   * place is replaced.
   */
  recordCheckpoint({ studyId, trialNumber, checkpoint, metrics, atMs }: NewCheckpoint): void {
    this.database.write(() => {
      const { id } = this.#unfinished(studyId, trialNumber)
      this.#append('recordCheckpoint', studyId, metrics)
      this.checkpointTable.put(id, checkpoint, atMs)
    })
  }

  /** Forgets checkpoints of any trials; the caller removes the files. */
  removeCheckpoints(studyId: number, checkpoints: readonly CheckpointRecord[]): void {
    this.database.write(() => {
      this.studies.name(studyId)
      for (const checkpoint of checkpoints) this.checkpointTable.remove(studyId, checkpoint)
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
      if (finish.remarks !== undefined) this.remarkTable.insert(id, finish.remarks)
      if (finish.checkpoint !== undefined) {
        this.checkpointTable.put(id, finish.checkpoint, atMs)
      }
      const closed = this.attempts.end(id, state, failure, atMs)
      if (!closed && failure !== null) this.attempts.addFailure(id, failure)
      this.trialTable.finish(id, finish)
      this.eventTable.append(studyId, {
        kind: 'trial.finished',
        trialNumber,
        detail: detailOfEnd(finish),
        atMs,
      })
    }, true)
  }

  /** Marks every running trial and attempt `interrupted`; gives their numbers. */
  interruptRunning(studyId: number, atMs: number): readonly number[] {
    return this.database.write(() => {
      this.studies.name(studyId)
      return this.trialTable.running.all(studyId).map(({ id, number }) => {
        this.attempts.end(id, 'interrupted', null, atMs)
        this.trialTable.interrupt.run(id)
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

  /** A running trial becomes interrupted and waits for `unsuspendTrial`; its open attempt ends. */
  suspendTrial(studyId: number, trialNumber: number, atMs: number): void {
    this.database.write(() => {
      const { id } = this.#unfinished(studyId, trialNumber)
      this.attempts.end(id, 'interrupted', null, atMs)
      this.trialTable.interrupt.run(id)
      this.marks.set(id, 'suspended', true)
      this.eventTable.append(studyId, { kind: 'trial.suspended', trialNumber, detail: {}, atMs })
    })
  }

  /** A suspended trial may run again. @throws AppError `intervention.refused` if it is not suspended */
  unsuspendTrial(studyId: number, trialNumber: number, atMs: number): EventRecord {
    return this.database.write(() => {
      const { id } = this.#unfinished(studyId, trialNumber)
      if (this.marks.ofTrial(id).suspended !== true) {
        const rule = msg('rule.trial.notSuspended', { trial: trialNumber })
        throw new AppError('intervention.refused', { study: this.studies.name(studyId), rule })
      }
      this.marks.set(id, 'suspended', false)
      return this.eventTable.append(studyId, {
        kind: 'trial.unsuspended',
        trialNumber,
        detail: {},
        atMs,
      })
    })
  }

  /** Forgets artifacts of a trial, finished or not; the caller removes the files. @param leftOut what the trial says of it */
  removeArtifacts(
    studyId: number,
    trialNumber: number,
    kinds: readonly string[],
    leftOut?: LeftOutFile,
  ): void {
    this.database.write(() => {
      const { id } = this.trialHead(studyId, trialNumber)
      for (const kind of kinds) this.artifactTable.remove.run(id, kind)
      if (leftOut !== undefined) this.remarkTable.leaveOut(id, leftOut)
    })
  }

  recordWinner(studyId: number, winner: StoredWinner): void {
    this.database.write(() => {
      this.winners.set(studyId, this.trialHead(studyId, winner.trialNumber).id, winner)
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
      this.recordTestLook(studyId, winner.evaluatedAtMs)
    })
  }

  #append(method: string, studyId: number, batches: readonly MetricBatch[]): void {
    for (const { trialNumber, columns } of batches) {
      checkColumns(method, columns)
      const { id } = this.#unfinished(studyId, trialNumber)
      const highest = this.metrics.append(id, columns)
      if (highest !== null) this.trialTable.raiseLastStep.run({ id, step: highest })
    }
  }

  /** Runs again; what was reported after the step is void. */
  #restart(id: number, resumeStep: number): void {
    this.trialTable.restart.run(id)
    const highest = this.metrics.clearAfter(id, resumeStep)
    if (highest !== null) this.trialTable.raiseLastStep.run({ id, step: highest })
  }

  /** As if it had run here; one without an end stays running. */
  #importTrial(studyId: number, trial: ImportedTrial): void {
    const { number: trialNumber, state, startedAtMs, finishedAtMs: atMs } = trial
    this.startTrial({ ...trial, studyId, slot: 0, atMs: startedAtMs })
    const metrics = Object.entries(trial.metrics).map(([name, { steps, values }]): MetricBatch => {
      const columns = { steps: Int32Array.from(steps), values: Float64Array.from(values) }
      return { trialNumber, columns: { names: [name], ...columns } }
    })
    if (state === 'interrupted') {
      this.appendMetrics(studyId, metrics)
      return
    }
    this.finishTrial({ ...trial, studyId, trialNumber, state, metrics, artifacts: [], atMs })
    if (trial.excluded === true) this.setExcluded(studyId, trialNumber, true, { atMs })
  }

  /** @throws AppError `study.notFound`, `trial.notFound`, `trial.finished` */
  #unfinished(studyId: number, number: number): TrialHead {
    const trial = this.trialHead(studyId, number)
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
 * `database.tooOld`, `database.future`, `database.corrupt`, `database.full`, `database.migrationFailed`
 */
export function openStudyStore(path: string, options: ReadingOptions): SqliteStudyReader
export function openStudyStore(path: string, options?: WritingOptions): SqliteStudyStore
export function openStudyStore(
  path: string,
  options: ReadingOptions | WritingOptions = {},
): SqliteStudyReader {
  const database = openDatabase(path, options)
  const open = options.readOnly === true ? SqliteStudyReader : SqliteStudyStore
  return fitting(database, () => new open(database))
}

/**
 * Opens a database for writing; it and its folder are made if missing.
 * @throws AppError `file.unwritable` for the folder, `database.*` for the rest
 */
export function openStoreForWriting(databasePath: string): SqliteStudyStore {
  const folder = path.dirname(databasePath)
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new AppError('file.unwritable', { path: folder, reason: reasonOf(error) }, error)
  }
  return openStudyStore(databasePath)
}

function refuseFinished(study: string, { number, state }: TrialHead): void {
  if (isFinished(state)) throw new AppError('trial.finished', { study, number, state })
}
