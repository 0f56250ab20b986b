import path from 'node:path'
import { AppError } from '../../core/errors/errors.ts'
import type { EventKind, EventRecord } from '../../core/study/events.ts'
import { testRowsName } from '../../core/study/test-looks.ts'
import { isFinished } from '../../core/trial/trial.ts'
import type { JsonObject } from '../../core/values/json.ts'
import { ArtifactTable, WinnerTable } from './artifacts.ts'
import { AttemptResourcesTable, AttemptTable, CheckpointTable } from './attempts.ts'
import { memoryPath, type StoreDatabase } from './database.ts'
import { DatasetTable } from './datasets.ts'
import { type MetricBatch, MetricTable } from './metrics.ts'
import { EventTable, QueuedPointTable, StudyTable } from './studies.ts'
import type { EventMark } from './study-store.ts'
import { TestLookTable } from './test-looks.ts'
import { TrialRemarkTable } from './trial-remarks.ts'
import { ObjectiveValueTable, TrialMarkTable } from './trial-values.ts'
import { TrainingTable } from './trainings.ts'
import { checkColumns, type TrialHead, TrialTable } from './trials.ts'
import { foldersOf } from './workspace.ts'

/**
 * The tables of a database over its one connection, and what several parts of the store do with more than one of them. Its methods run
 * inside the caller's transaction.
 */
export class StoreTables {
  readonly database: StoreDatabase
  /** Folders beside the database; null where it is in memory. */
  readonly folders: ReturnType<typeof foldersOf> | null
  readonly studies: StudyTable
  readonly trials: TrialTable
  readonly attempts: AttemptTable
  readonly resources: AttemptResourcesTable
  readonly values: ObjectiveValueTable
  readonly metrics: MetricTable
  readonly trainings: TrainingTable
  readonly events: EventTable
  readonly artifacts: ArtifactTable
  readonly checkpoints: CheckpointTable
  readonly winners: WinnerTable
  readonly testLooks: TestLookTable
  readonly marks: TrialMarkTable
  readonly remarks: TrialRemarkTable
  readonly queuedPoints: QueuedPointTable
  readonly datasets: DatasetTable

  constructor(database: StoreDatabase) {
    const { handle } = database
    const folders = database.path === memoryPath ? null : foldersOf(database.path)
    this.database = database
    this.folders = folders
    this.studies = new StudyTable(handle, folders && path.dirname(database.path))
    this.trials = new TrialTable(handle)
    this.attempts = new AttemptTable(handle)
    this.resources = new AttemptResourcesTable(handle)
    this.values = new ObjectiveValueTable(handle)
    this.metrics = new MetricTable(handle)
    this.trainings = new TrainingTable(handle)
    this.events = new EventTable(handle)
    this.artifacts = new ArtifactTable(handle, folders?.artifacts ?? null)
    this.checkpoints = new CheckpointTable(handle, folders?.checkpoints ?? null)
    this.winners = new WinnerTable(handle)
    this.testLooks = new TestLookTable(handle)
    this.marks = new TrialMarkTable(handle)
    this.remarks = new TrialRemarkTable(handle)
    this.queuedPoints = new QueuedPointTable(handle)
    this.datasets = new DatasetTable(handle)
  }

  /** @throws AppError `study.notFound`, `trial.notFound` */
  trialHead(studyId: number, number: number): TrialHead {
    const trial = this.trials.head.get(studyId, number)
    if (trial === undefined) throw this.unknownTrial(studyId, number)
    return trial
  }

  /** @throws AppError `study.notFound`, `trial.notFound`, `trial.finished` */
  unfinishedTrial(studyId: number, number: number): TrialHead {
    const trial = this.trialHead(studyId, number)
    refuseFinished(this.studies, studyId, trial)
    return trial
  }

  /** The error for a trial that is not there: its study may be the one that is missing. */
  unknownTrial(studyId: number, number: number): AppError {
    return new AppError('trial.notFound', { study: this.studies.name(studyId), number })
  }

  /** Metrics of trials that have not ended. @param method that was called, for its errors */
  appendMetrics(method: string, studyId: number, batches: readonly MetricBatch[]): void {
    for (const { trialNumber, columns, training } of batches) {
      checkColumns(method, columns)
      const { id } = this.unfinishedTrial(studyId, trialNumber)
      if (training !== undefined) this.trainings.reached(id, training, columns)
      if (training !== undefined && training > 0) {
        this.trainings.append(id, training, columns, this.metrics)
        continue
      }
      const highest = this.metrics.append(id, columns)
      if (highest !== null) this.trials.raiseLastStep.run({ id, step: highest })
    }
  }

  /** A model of the study was measured on its test rows. */
  recordTestLook(studyId: number, atMs: number): void {
    const { name, specification, dataset } = this.studies.byId(studyId)
    const rowsName = testRowsName(specification, dataset)
    if (rowsName !== null) this.testLooks.append(studyId, { studyName: name, rowsName, atMs })
  }

  /** What a person did. */
  recordChange(
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
    return this.events.append(studyId, { kind, trialNumber, detail: full, atMs })
  }
}

/** @throws AppError `trial.finished` */
export function refuseFinished(
  studies: StudyTable,
  studyId: number,
  { number, state }: TrialHead,
): void {
  if (isFinished(state)) {
    throw new AppError('trial.finished', { study: studies.name(studyId), number, state })
  }
}
