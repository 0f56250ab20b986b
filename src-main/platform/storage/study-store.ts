import type { DatasetEntry, NewDatasetEntry } from '../../core/data/dataset-registry.ts'
import type { MessageDescriptor } from '../../core/errors/message.ts'
import type { EngineInfo } from '../../core/machine/engine.ts'
import type { OptunaChange } from '../../core/storage/optuna-storage.ts'
import type { CustomChart } from '../../core/study/custom-chart.ts'
import type { TrialView } from '../../core/study/trial-view.ts'
import type { EventRecord } from '../../core/study/events.ts'
import type { ImportedTrial } from '../../core/study/imported-study.ts'
import type {
  ArtifactRecord,
  QueuedPoint,
  QueuedPointOrigin,
  StudyLabels,
  StudyRecord,
  StudySnapshot,
  StudySummary,
  WinnerRecord,
} from '../../core/study/study.ts'
import type { StudySpecification } from '../../core/study/study-specification.ts'
import type { FinishedPace } from '../../core/study/time-left.ts'
import type { CheckpointRecord, SavedCheckpoint } from '../../core/trial/checkpoint.ts'
import type { TrainingEnd } from './trainings.ts'
import type { AttemptResources, ResourceSample, StepTimes } from '../../core/trial/resources.ts'
import type {
  Assignment,
  AttemptCode,
  Curve,
  Failure,
  Report,
  TrainingCurves,
  TrialOutline,
  TrialRecord,
  TrialSnapshot,
} from '../../core/trial/trial.ts'
import type { LeftOutFile, TrialRemarks } from '../../core/trial/trial-files.ts'
import type { JsonObject } from '../../core/values/json.ts'
import type { StoredWinner } from './artifacts.ts'
import type { AdoptedStudy, StudyFile } from './copy-study.ts'
import type { StoreDatabase } from './database.ts'
import type { DatasetUse } from './datasets.ts'
import type { MetricBatch, ReportsOf } from './metrics.ts'
import type { NewEvent, NewStudy, StudyStateChange } from './studies.ts'
import type { TrialRange } from './table.ts'
import type { NewTrial, RunningSteps, TrialFinish } from './trials.ts'
import type { foldersOf } from './workspace.ts'

/*
 * The law of the store. It holds for every method; what a method does beyond it stands at the method.
 *
 * Transaction  A method that writes is one transaction: it happens whole and is on disk when the method returns
 *              (`synchronous=FULL`), or it throws and nothing happened. Called within `together`, it is a part of that one.
 *              A method that reads sees one moment of the database.
 * Events       What a person or a program could ask about later leaves a row in the append-only table of events, in the
 *              same transaction. "Event" names its kind; without that line a method leaves none.
 * Errors       Unknown studies throw `study.notFound`, unknown trials `trial.notFound`. Writing to a trial that has ended throws
 *              `trial.finished`, unless the method is said to take one. A full disk throws `database.full` and the store stays
 *              usable; a file that was moved away throws `database.moved`. What a caller must never pass throws `protocol.invalid`.
 * Values       What is returned is a copy: later writes do not change it. NaN and ±∞ come back as they were. All times are
 *              milliseconds since 1970 and come from the caller.
 * Processes    One process writes: opening for writing takes a lock that dies with it. Any number of others reads.
 */

// ——— Studies ———

interface StudyReads {
  /** All that are not in the bin, by id. */
  listStudies(): StudySummary[]
  /** By name or by id in decimal. @throws AppError `study.notFound` */
  findStudy(nameOrId: string): StudySummary
  /** Also where another study has this number for a name. */
  studyById(studyId: number): StudySummary
  /** Everything about a study, of one moment; curves too, so that it takes long for a large one. */
  snapshot(studyId: number): StudySnapshot
  /** In the order in which they happened. @param after the id of an event: those that came since; default all */
  events(studyId: number, after?: number): EventRecord[]
  /** Id of the newest event: equal as long as nothing but metrics of running trials came. 0 without any. */
  lastEventId(studyId: number): number
  /** The test split of the best trial; null until it was evaluated. */
  winner(studyId: number): WinnerRecord | null
}

export interface StudyWrites {
  /** Event `study.created`. @throws AppError `study.exists` */
  createStudy(study: NewStudy): StudyRecord
  /** Acknowledges the end of a study. Event `change.event`. */
  setStudyState(change: StudyStateChange): void
  /**
   * Studies that were held back are paused: this is not the database in which they were. Event `study.paused` of each.
   * @param studies default all
   */
  pauseHeld(atMs: number, studies?: readonly StudyRecord[]): void
  setDataset(studyId: number, dataset: JsonObject): void
  /**
   * Adds wall time of this session; called with every flush, so that kill -9 loses under a second.
   * @param durationMs ≥ 0
   */
  addElapsed(studyId: number, durationMs: number): void
  /** An event that no other method leaves. That of a test of another model counts as a look at the test rows. */
  recordEvent(studyId: number, event: NewEvent): EventRecord
  /** Puts another specification in force; trials that are there stay as they are. Event `study.changed`. */
  changeSpecification(change: SpecificationChange): EventRecord
  /** Event `study.labeled`, with the labels before and after. */
  setLabels(studyId: number, labels: StudyLabels, mark: EventMark): EventRecord
  /** Event `study.renamed`. @throws AppError `study.exists` if another study has the name */
  renameStudy(studyId: number, name: string, mark: EventMark): EventRecord
  /** Changes nothing of the search, so that no event tells of it. */
  setCustomChart(studyId: number, chart: CustomChart | null): void
  /** Changes nothing of the search, so that no event tells of it. */
  setTrialViews(studyId: number, views: readonly TrialView[]): void
  /** Into the bin: lists do not show it, nothing runs it, its name is free. Event `study.deleted`. */
  deleteStudy(studyId: number, mark: EventMark): EventRecord
  /** Out of the bin. Event `study.restored`. @throws AppError `study.exists` when its name has been given away */
  restoreStudy(studyId: number, mark: EventMark): EventRecord
  /** Removes what lies in the bin for good, with its events. @returns the ids */
  emptyBin(): readonly number[]
  /** Counts as a look at the test rows. Event `winner.tested`. The trial may have ended. */
  recordWinner(studyId: number, winner: StoredWinner): void
}

/** Studies that come whole from elsewhere. */
export interface ImportWrites {
  /**
   * A study that another program ran, with all its trials; it is finished. Events as if it had run here.
   * @throws AppError `study.exists`
   */
  importStudy(study: NewStudy, trials: readonly ImportedTrial[], end: ImportEnd): StudyRecord
  /**
   * A study of another database as it is there, with all its rows and events. One that ran when it was copied is stopped (event
   * `study.stopped`), one that was held back is paused.
   * @throws AppError `study.exists`; `database.corrupt` for rows that break a rule; what `moveFiles` throws
   */
  adoptStudy(source: StoreDatabase, adopted: AdoptedStudy): StudyRecord
}

/** How an imported study ended. */
interface ImportEnd {
  readonly reason: MessageDescriptor
  /** Time in which trials ran. */
  readonly elapsedMs: number
  readonly atMs: number
}

/** When a person changed something, which event it takes back, and which program did it. */
export interface EventMark {
  readonly atMs: number
  /** Id of the event. */
  readonly undoes?: number
  readonly by?: JsonObject
}

interface SpecificationChange extends EventMark {
  readonly studyId: number
  readonly specification: StudySpecification
  /** The changes, for the event. */
  readonly detail: JsonObject
}

// ——— Trials ———

interface TrialReads {
  /** With its curves. */
  trial(studyId: number, trialNumber: number): TrialRecord
  /** By number. With curves unless `metrics` is false (then every `metrics` is empty). */
  trials(studyId: number, options?: { readonly metrics?: boolean }): TrialRecord[]
  /** Without curves: trials of a range of numbers, so that nobody waits for all of a large study. */
  trialsBetween(studyId: number, range: TrialRange): TrialRecord[]
  /** As a chart of the history needs them, by number; much cheaper than `trials`. */
  outline(studyId: number): TrialOutline[]
  /**
   * As samplers and pruners need them, by number; much cheaper than `trials`.
   * @param further metrics that the trials shall bring beside the first goal's; default none
   * @param options.reports whose curves they shall bring; default of all
   */
  history(
    studyId: number,
    further?: readonly string[],
    options?: { readonly reports?: ReportsOf },
  ): TrialSnapshot[]
  /** The first goal's value of every feasible complete trial, by number: all that a sparkline needs. */
  completeValues(studyId: number): number[]
  /** How many trials have ended, and how long they ran, without attempts that were interrupted. */
  finishedPace(studyId: number): FinishedPace
  /** Numbers of the trials that were proposed for this reason. */
  trialsProposedFor(studyId: number, code: MessageDescriptor['code']): number[]
  /** Numbers of the trials that are out of the search. */
  excludedTrials(studyId: number): number[]
  /** What programs have said about their trials, by number; trials without a word are not in it. */
  remarks(studyId: number): Map<number, TrialRemarks>
}

interface NewTraining {
  /** From 0. */
  readonly training: number
  /** The one before it; absent for the first. */
  readonly ended?: TrainingEnd | undefined
  readonly metrics: readonly MetricBatch[]
}

export interface TrialWrites {
  /**
   * Trial, parameters and first attempt; only then may anything start. A queued point leaves the queue. Event `trial.started`.
   * @throws AppError `protocol.invalid` where the number is taken or the point waits no more
   */
  startTrial(trial: NewTrial): void
  /**
   * One of several trainings of a running trial begins: the end of the one before it, and what was reported until then. No event.
   * @throws AppError `trial.finished`
   */
  startTraining(studyId: number, trialNumber: number, training: NewTraining): void
  /**
   * The end of a running or interrupted trial, with all that belongs to it: metrics that were not flushed, values, files, remarks, its
   * last checkpoint. Acknowledges the end. Event `trial.finished`.
   */
  finishTrial(finish: TrialFinish): void
  /** Marks every running trial and attempt `interrupted`. Event `trial.interrupted` of each. @returns their numbers */
  interruptRunning(studyId: number, atMs: number): readonly number[]
  /** A running trial becomes interrupted and waits for `unsuspendTrial`; its open attempt ends. Event `trial.suspended`. */
  suspendTrial(studyId: number, trialNumber: number, atMs: number): void
  /**
   * A suspended trial may run again. Event `trial.unsuspended`.
   * @throws AppError `intervention.refused` if it is not suspended
   */
  unsuspendTrial(studyId: number, trialNumber: number, atMs: number): EventRecord
  /**
   * A running trial has named a parameter of its own: its parameters and, where they are new to the study, the specification that has
   * them. Event `study.changed` with such a change.
   */
  nameParameter(
    studyId: number,
    trialNumber: number,
    parameters: Assignment,
    change: SpecificationChange | null,
  ): void
  /** Out of the search or back, also after its end. Event `trial.excluded` or `trial.included`. */
  setExcluded(studyId: number, trialNumber: number, excluded: boolean, mark: EventMark): EventRecord
  /** Also after its end. Event `trial.noted`, with the notes before and after. */
  setTrialNote(studyId: number, trialNumber: number, note: string, mark: EventMark): EventRecord
  /**
   * A program that evaluates a trial says something about it, before it ends or after.
   * @returns false where the trial has as many remarks as it may have; nothing is written then
   */
  addRemarks(studyId: number, trialNumber: number, remarks: TrialRemarks): boolean
}

// ——— Attempts ———

interface AttemptReads {
  /** The resources that a trial's attempts used, by attempt; without those of which nothing was recorded. */
  resources(studyId: number, trialNumber: number): AttemptResources[]
  /** When the last attempt of a trial had come to which step; null where nothing of it was recorded. */
  stepTimes(studyId: number, trialNumber: number): StepTimes | null
  /** The engine that the first trial of a study had; null while none had one. */
  firstEngine(studyId: number): EngineInfo | null
  /** How far the running trials have come, by number. */
  runningSteps(studyId: number): RunningSteps[]
}

/** All of trials that have not ended. Those that need an open attempt throw `protocol.invalid` without one. */
export interface AttemptWrites {
  /**
   * A further attempt of a trial that is `running` or `interrupted`: its open attempt, if any, ends as `interrupted`, the metrics of
   * earlier attempts are removed, but for those up to `resumeStep`. Event `trial.retried`.
   */
  startAttempt(attempt: NewAttempt): void
  /** Of the open attempt. */
  setAttemptEngine(studyId: number, trialNumber: number, engine: EngineInfo): void
  /** The program that the open attempt runs, as it was when it began. */
  setAttemptCode(studyId: number, trialNumber: number, code: AttemptCode): void
  /** Of the open attempt. */
  setMachine(studyId: number, trialNumber: number, machine: string): void
  /** Ends the open attempt as failed while the trial stays running: whether it is tried again is decided next. */
  failAttempt(studyId: number, trialNumber: number, failure: Failure, atMs: number): void
  /** Replaces what was recorded of the open attempt before. */
  recordResources(studyId: number, trialNumber: number, samples: readonly ResourceSample[]): void
}

interface NewAttempt {
  readonly studyId: number
  readonly trialNumber: number
  readonly slot: number
  readonly atMs: number
  /** Metrics up to this step stay: the attempt goes on after it. Absent: none stay. */
  readonly resumeStep?: number
}

// ——— Metrics ———

interface MetricReads {
  /** Names of the metrics that any trial reported, in the order of their first report. */
  metricNames(studyId: number): string[]
  /** One metric of one trial, by rising step; empty if the trial did not report it. */
  curve(studyId: number, trialNumber: number, metric: string): Curve
  /** What the trainings of a trial after the first have reported; empty where its configuration was trained once. */
  trainingCurves(studyId: number, trialNumber: number): TrainingCurves[]
}

export interface MetricWrites {
  /** All metrics that arrived since the last call, of any trials that have not ended. A later value of a step replaces the earlier. */
  appendMetrics(studyId: number, batches: readonly MetricBatch[]): void
  /** Of a running trial: metrics up to this step stay, later ones are void. */
  keepMetrics(studyId: number, trialNumber: number, resumeStep: number): void
}

// ——— Checkpoints and files: rows; the caller writes and removes the files ———

interface FileReads {
  /** By trial and kind. */
  artifacts(studyId: number): ArtifactRecord[]
  /** By trial and step; of one trial if its number is given. */
  checkpoints(studyId: number, trialNumber?: number): CheckpointRecord[]
}

export interface FileWrites {
  /**
   * A checkpoint of a running trial with the metrics that it holds: neither is there without the other. One at the same step and batch is
   * replaced.
   */
  recordCheckpoint(checkpoint: NewCheckpoint): void
  /** Forgets checkpoints of any trials. */
  removeCheckpoints(studyId: number, checkpoints: readonly CheckpointRecord[]): void
  /** Files of a trial that has ended; one of the same kind is replaced. Event `trial.filesStored`. */
  addFiles(
    studyId: number,
    trialNumber: number,
    files: Pick<TrialFinish, 'artifacts' | 'remarks'>,
    atMs: number,
  ): EventRecord
  /** Forgets artifacts of a trial, finished or not. @param leftOut what the trial says of it */
  removeArtifacts(
    studyId: number,
    trialNumber: number,
    kinds: readonly string[],
    leftOut?: LeftOutFile,
  ): void
}

interface NewCheckpoint {
  readonly studyId: number
  readonly trialNumber: number
  readonly checkpoint: SavedCheckpoint
  readonly metrics: readonly MetricBatch[]
  readonly atMs: number
}

// ——— Enqueued trials: points that a person wants to be tried ———

interface QueuedPointReads {
  /** Those that wait, first to last. */
  queuedPoints(studyId: number): QueuedPoint[]
}

export interface QueuedPointWrites {
  /** At the end of the queue. Event `trial.queued`. */
  enqueuePoint(point: NewQueuedPoint): EventRecord
  /** Event `trial.unqueued`. @throws AppError `intervention.refused` when it waits no more */
  withdrawPoint(studyId: number, id: number, mark: EventMark): EventRecord
}

interface NewQueuedPoint extends EventMark {
  readonly studyId: number
  readonly parameters: Assignment
  readonly origin: QueuedPointOrigin
}

// ——— Data sets: entries stay when the prepared arrays go ———

/** The registry of data sets. */
export interface DatasetReader {
  /** The one that was used last first. */
  datasets(): DatasetEntry[]
}

export interface DatasetWrites {
  /**
   * Enters data that were prepared, or notes that they were used again: what is known of them is replaced by what was found now, but
   * for the time when they were first seen.
   */
  registerDataset(dataset: NewDatasetEntry, use: DatasetUse): DatasetEntry
  /**
   * Forgets an entry; the caller removes its arrays.
   * @throws AppError `dataset.notFound`; `dataset.inUse` while studies refer to it, in the bin too
   */
  removeDataset(key: string): void
}

export interface DatasetStore extends DatasetReader, DatasetWrites {}

// ——— Studies that programs of Optuna store here ———

export interface OptunaStore {
  /** What Optuna's programs ask for: their rows and ours. Events as if the trials had run here. @returns what is new, in its order */
  writeOptuna(changes: readonly OptunaChange[], writing: OptunaWriting): OptunaUpdate[]
  /** Whether a program of Optuna made it through our port. */
  isOptunaStudy(studyId: number): boolean
  /** What people wrote beside the trials of a study, by number. */
  notesOfTrials(studyId: number): Readonly<Record<string, string>>
  /** What a trial says of its files in an artifact store of Optuna: one JSON text each. */
  optunaArtifacts(studyId: number, trialNumber: number): readonly string[]
  /** Trials that ended and say something of files, whether or not these have been kept. */
  optunaTrialsWithArtifacts(studyId: number): readonly number[]
  /** No program works on any study: those that ran are paused (event `study.paused`), and so are their trials. @returns their ids */
  leaveOptunaStudies(atMs: number): number[]
}

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

export interface OptunaWriting {
  /** A new study as it is stored. */
  readonly toStudy: (
    change: Extract<OptunaChange, { type: 'study.created' }>,
    name: string,
  ) => NewStudy
  readonly atMs: number
}

// ——— The database as a whole ———

interface DatabaseReads {
  /** Folders beside the database; null where it is in memory. */
  readonly folders: ReturnType<typeof foldersOf> | null
  /** Another number whenever another process has written. */
  dataVersion(): number
  /** Everything that `action` reads is of one moment. */
  atOneMoment<Result>(action: () => Result): Result
  /**
   * The rows of a study in a new database file of its own, in which it is study 1.
   * @returns its files, some of which may be gone
   */
  copyStudy(studyId: number, file: string): readonly StudyFile[]
  /**
   * Reads everything but curves of a study that came from elsewhere: what is read later without a second look.
   * @throws AppError `database.corrupt`
   */
  requireReadable(studyId: number): void
  /** A copy of the whole database as it is at this moment, at a path in a folder that exists. */
  backUp(path: string): void
  /** Nothing may be called afterwards. Gives the lock back. */
  close(): void
}

export interface DatabaseWrites {
  /** Everything that `action` writes is one transaction, which is on disk when this returns. */
  together<Result>(action: () => Result): Result
}

/** Reading only; works beside a writing process. */
export interface StudyReader
  extends
    StudyReads,
    TrialReads,
    AttemptReads,
    MetricReads,
    FileReads,
    QueuedPointReads,
    DatasetReader,
    DatabaseReads {}

export interface StudyStore
  extends
    StudyReader,
    StudyWrites,
    ImportWrites,
    TrialWrites,
    AttemptWrites,
    MetricWrites,
    FileWrites,
    QueuedPointWrites,
    DatasetWrites,
    OptunaStore,
    DatabaseWrites {}
