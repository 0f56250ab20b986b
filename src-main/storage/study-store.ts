import type { Fact } from '../contract/fact.ts'
import type { CheckpointRecord, SavedCheckpoint, TrialOrigin } from '../contract/checkpoint.ts'
import type { EngineInfo } from '../contract/engine.ts'
import type { EventKind, EventRecord } from '../contract/events.ts'
import type { ImportedTrial } from '../contract/imported-study.ts'
import type { JsonObject } from '../contract/json.ts'
import type { AttemptResources, ResourceSample } from '../contract/resources.ts'
import type {
  ArtifactRecord,
  StudyEnvironment,
  StudyRecord,
  StudySnapshot,
  StudyState,
  StudySummary,
  WinnerRecord,
} from '../contract/study.ts'
import type { StudySpecification } from '../contract/study-specification.ts'
import type { MetricColumns } from '../contract/trainer-protocol.ts'
import type {
  Assignment,
  Curve,
  Failure,
  FinishedTrialState,
  Provenance,
  TrialOutline,
  TrialRecord,
  TrialSnapshot,
  TrialValues,
} from '../contract/trial.ts'
import type { DatasetReader, DatasetStore } from './dataset-store.ts'
import type { InterventionReader, InterventionStore } from './intervention-store.ts'

/**
 * The law of every store.
 *
 * - Each method is one transaction: it happens whole and is on disk when the method returns
 *   (`synchronous=FULL`), or it throws and nothing happened. Each writes its event row itself.
 * - Finished trials never change: writing to one throws `trial.finished`.
 * - What is returned is a copy; later writes do not change it.
 * - NaN and ±∞ come back as they were.
 * - Unknown studies throw `study.notFound`, unknown trials `trial.notFound`; a full disk throws
 *   `database.full` and the store stays usable.
 * - One process writes: opening for writing takes a lock that dies with the process.
 * All times are milliseconds since 1970 and come from the caller.
 */
export interface StudyStore extends StudyReader, InterventionStore, DatasetStore {
  /** @throws AppError `study.exists` */
  createStudy(study: NewStudy): StudyRecord
  /**
   * A study that another program ran, with all its trials, in one transaction; it is finished.
   * @throws AppError `study.exists`
   */
  importStudy(study: NewStudy, trials: readonly ImportedTrial[], end: ImportEnd): StudyRecord
  setStudyState(change: StudyStateChange): void
  setDataset(studyId: number, dataset: JsonObject): void
  /** Adds wall time of this session; called with every flush, so that kill -9 loses under a second. */
  addElapsed(studyId: number, durationMs: number): void
  /** Trial, parameters and first attempt in one transaction; only then may anything start. */
  startTrial(trial: NewTrial): void
  /**
   * A further attempt of a trial that is `running` or `interrupted`: its open attempt, if any, ends
   * as `interrupted`, the metrics of earlier attempts are removed, but for those up to `keptStep`.
   */
  startAttempt(attempt: NewAttempt): void
  setAttemptEngine(studyId: number, trialNumber: number, engine: EngineInfo): void
  /** Ends the open attempt as failed while the trial stays running; the retry policy goes on. */
  failAttempt(studyId: number, trialNumber: number, failure: Failure, atMs: number): void
  /** What the open attempt has used so far; replaces what was recorded of it before. */
  recordResources(studyId: number, trialNumber: number, samples: readonly ResourceSample[]): void
  /** All metrics that arrived since the last call, of any trials, in one transaction. */
  appendMetrics(studyId: number, batches: readonly MetricBatch[]): void
  /** Of a running trial: metrics up to this step stay, later ones are void. */
  keepMetrics(studyId: number, trialNumber: number, keptStep: number): void
  /**
   * A checkpoint of a running trial with the metrics that it holds: neither is there without the other. One at the same
   * place is replaced.
   */
  recordCheckpoint(checkpoint: NewCheckpoint): void
  /** Forgets checkpoints of any trials, by their paths; the caller removes the files. */
  removeCheckpoints(studyId: number, paths: readonly string[]): void
  finishTrial(finish: TrialFinish): void
  /** Marks every running trial and attempt `interrupted`; gives their numbers. */
  interruptRunning(studyId: number, atMs: number): readonly number[]
  /** A running trial becomes interrupted and waits for `unsuspendTrial`; its open attempt ends. */
  suspendTrial(studyId: number, trialNumber: number, atMs: number): void
  /** A suspended trial may run again. @throws AppError `intervention.refused` if it is not suspended */
  unsuspendTrial(studyId: number, trialNumber: number, atMs: number): EventRecord
  /** Forgets the artifacts of a trial, finished or not; the caller removes the files. */
  removeArtifacts(studyId: number, trialNumber: number): void
  recordWinner(studyId: number, winner: WinnerRecord): void
  recordEvent(studyId: number, event: NewEvent): EventRecord
  close(): void
}

/** Reading only; works beside a writing process. */
export interface StudyReader extends InterventionReader, DatasetReader {
  listStudies(): StudySummary[]
  /** By name or by id in decimal. */
  findStudy(nameOrId: string): StudySummary
  trial(studyId: number, trialNumber: number): TrialRecord
  /** With metrics unless `metrics` is false (then every `metrics` is empty). */
  trials(studyId: number, options?: { readonly metrics?: boolean }): TrialRecord[]
  /** What a chart of the history needs, by number; much cheaper than `trials`. */
  outline(studyId: number): TrialOutline[]
  /**
   * What samplers and pruners need, by number; much cheaper than `trials`.
   * @param further metrics that the trials shall bring beside the first goal's
   */
  history(studyId: number, further?: readonly string[]): TrialSnapshot[]
  /** The first goal's value of every feasible complete trial, by number: all that a sparkline needs. */
  completeValues(studyId: number): number[]
  /** Names of the metrics that any trial reported, in the order of their first report. */
  metricNames(studyId: number): string[]
  /** One metric of one trial; empty if the trial did not report it. */
  curve(studyId: number, trialNumber: number, metric: string): Curve
  /** What the attempts of a trial used, by attempt; without those of which nothing was recorded. */
  resources(studyId: number, trialNumber: number): AttemptResources[]
  events(studyId: number): EventRecord[]
  /** Id of the newest event: equal as long as nothing but metrics of running trials came. */
  lastEventId(studyId: number): number
  winner(studyId: number): WinnerRecord | null
  artifacts(studyId: number): ArtifactRecord[]
  /** By trial and place; of one trial if its number is given. */
  checkpoints(studyId: number, trialNumber?: number): CheckpointRecord[]
  snapshot(studyId: number): StudySnapshot
  /** A copy of the whole database as it is at this moment, at a path in a folder that exists. */
  backUp(path: string): void
  close(): void
}

export interface NewStudy {
  readonly specification: StudySpecification
  readonly source: string
  readonly environment: StudyEnvironment
  readonly createdAtMs: number
}

/** How an imported study ended. */
export interface ImportEnd {
  readonly reason: Fact
  /** Time in which trials ran. */
  readonly elapsedMs: number
  readonly atMs: number
}

export interface StudyStateChange {
  readonly studyId: number
  readonly state: StudyState
  readonly reason: Fact | null
  readonly event: EventKind
  readonly atMs: number
}

export interface NewTrial {
  readonly studyId: number
  readonly number: number
  readonly parameters: Assignment
  readonly provenance: Provenance
  readonly seed: number
  readonly slot: number
  readonly atMs: number
  /** The queued point that it is; leaves the queue in the same transaction. */
  readonly queuedPoint?: number
  readonly origin?: TrialOrigin
  readonly untilStep?: number
}

export interface NewCheckpoint {
  readonly studyId: number
  readonly trialNumber: number
  readonly checkpoint: SavedCheckpoint
  readonly metrics: readonly MetricBatch[]
  readonly atMs: number
}

export interface NewAttempt {
  readonly studyId: number
  readonly trialNumber: number
  readonly slot: number
  readonly atMs: number
  /** Metrics up to this step stay: the attempt goes on after it. Absent: none stay. */
  readonly keptStep?: number
}

export interface MetricBatch {
  readonly trialNumber: number
  readonly columns: MetricColumns
}

/** Constraint values stand wherever there are values, if the study has constraints. */
export interface TrialFinish extends TrialValues {
  readonly studyId: number
  readonly trialNumber: number
  readonly state: FinishedTrialState
  readonly bestStep: number | null
  readonly reason: Fact | null
  readonly failure: Failure | null
  /** Values of each of several trainings, one per goal; kept with the event of the end. */
  readonly replicates?: readonly (readonly number[])[]
  /** Metrics not yet flushed; written in the same transaction. */
  readonly metrics: readonly MetricBatch[]
  readonly artifacts: readonly Omit<ArtifactRecord, 'trialNumber'>[]
  /** Written where the trial ended. */
  readonly checkpoint?: SavedCheckpoint
  readonly atMs: number
}

export interface NewEvent {
  readonly kind: EventKind
  readonly trialNumber: number | null
  readonly detail: JsonObject
  readonly atMs: number
}
