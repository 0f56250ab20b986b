import type { TrialRemarks } from '../../core/trial/trial-files.ts'
import path from 'node:path'
import type { CheckpointRecord } from '../../core/trial/checkpoint.ts'
import type { DatasetEntry } from '../../core/data/dataset-registry.ts'
import { messageFromJson } from '../../core/errors/message.ts'
import { AppError } from '../../core/errors/errors.ts'
import type { EngineInfo } from '../../core/machine/engine.ts'
import type { EventRecord } from '../../core/study/events.ts'
import type { FinishedPace } from '../../core/study/time-left.ts'
import { gradientParameter } from '../../core/trial/metric-value.ts'
import type { AttemptResources } from '../../core/trial/resources.ts'
import type {
  ArtifactRecord,
  QueuedPoint,
  StudyRecord,
  StudySnapshot,
  StudySummary,
  WinnerRecord,
} from '../../core/study/study.ts'
import type {
  AttemptRecord,
  Curve,
  TrialOutline,
  TrialRecord,
  Report,
  TrialSnapshot,
  TrialValues,
} from '../../core/trial/trial.ts'
import { ArtifactTable, WinnerTable } from './artifacts.ts'
import { AttemptTable, CheckpointTable, AttemptResourcesTable } from './attempts.ts'
import { backUp } from './back-up.ts'
import { memoryPath, type StoreDatabase } from './database.ts'
import { DatasetTable } from './datasets.ts'
import { withDatabaseErrors } from './database-errors.ts'
import { EventTable, QueuedPointTable, StudyTable } from './studies.ts'
import { copyStudy, requireCounted, type StudyFile } from './copy-study.ts'
import { decodeColumn } from './json-columns.ts'
import { MetricTable, type ReportsOf } from './metrics.ts'
import { Connected, everyTrial, type TrialRange } from './table.ts'
import { noValues, ObjectiveValueTable, type TrialMark, TrialMarkTable } from './trial-values.ts'
import { originOf, type RunningSteps, type TrialHead, type TrialRow, TrialTable } from './trials.ts'
import { TrialRemarkTable } from './trial-remarks.ts'
import { TestLookTable } from './test-looks.ts'
import { testRowsName } from '../../core/study/test-looks.ts'
import { foldersOf } from './workspace.ts'

/** The reading half of the store; every method reads one moment of the database. */
export class SqliteStudyReader extends Connected {
  /** Folders beside the database; null where it is in memory. */
  readonly folders: ReturnType<typeof foldersOf> | null
  protected readonly database: StoreDatabase
  protected readonly studies: StudyTable
  protected readonly trialTable = new TrialTable(this.handle)
  protected readonly attempts = new AttemptTable(this.handle)
  protected readonly resourcesTable = new AttemptResourcesTable(this.handle)
  protected readonly values = new ObjectiveValueTable(this.handle)
  protected readonly metrics = new MetricTable(this.handle)
  protected readonly eventTable = new EventTable(this.handle)
  protected readonly artifactTable: ArtifactTable
  protected readonly checkpointTable: CheckpointTable
  protected readonly winners = new WinnerTable(this.handle)
  protected readonly testLooks = new TestLookTable(this.handle)
  protected readonly marks = new TrialMarkTable(this.handle)
  protected readonly remarkTable = new TrialRemarkTable(this.handle)
  protected readonly queuedPointTable = new QueuedPointTable(this.handle)
  protected readonly datasetTable = new DatasetTable(this.handle)

  constructor(database: StoreDatabase) {
    super(database.handle)
    this.database = database
    const folders = database.path === memoryPath ? null : foldersOf(database.path)
    this.folders = folders
    this.studies = new StudyTable(this.handle, folders && path.dirname(database.path))
    this.artifactTable = new ArtifactTable(this.handle, folders?.artifacts ?? null)
    this.checkpointTable = new CheckpointTable(this.handle, folders?.checkpoints ?? null)
  }

  listStudies(): StudySummary[] {
    return this.database.read(() => this.studies.all().map(study => this.#summary(study)))
  }

  /** By name or by id in decimal. */
  findStudy(nameOrId: string): StudySummary {
    return this.database.read(() => this.#summary(this.studies.find(nameOrId)))
  }

  /** Also where another study has this number for a name. */
  studyById(studyId: number): StudySummary {
    return this.database.read(() => this.#summary(this.studies.byId(studyId)))
  }

  /** The one that was used last first. */
  datasets(): DatasetEntry[] {
    return this.database.read(() => this.datasetTable.all())
  }

  trial(studyId: number, trialNumber: number): TrialRecord {
    return this.database.read(() => {
      const row = this.trialTable.one.get(studyId, trialNumber)
      if (row === undefined) throw this.#unknownTrial(studyId, trialNumber)
      return toTrialRecord(
        row,
        this.values.ofTrial(row.id),
        this.attempts.ofTrial(row.id),
        this.metrics.ofTrial(row.id),
        this.marks.ofTrial(row.id),
      )
    })
  }

  /** The resources that a trial's attempts used, by attempt; without those of which nothing was recorded. */
  resources(studyId: number, trialNumber: number): AttemptResources[] {
    return this.database.read(() =>
      this.resourcesTable.ofTrial(this.trialHead(studyId, trialNumber).id),
    )
  }

  /** The engine that the first trial of a study had; null while none had one. */
  firstEngine(studyId: number): EngineInfo | null {
    return this.#of(studyId, () => this.attempts.firstEngine(studyId))
  }

  /** With metrics unless `metrics` is false (then every `metrics` is empty). */
  trials(studyId: number, options: { readonly metrics?: boolean } = {}): TrialRecord[] {
    return this.#of(studyId, () => this.#trials(studyId, options.metrics ?? true))
  }

  /** Without curves: trials of a range of numbers, so that nobody waits for all of a large study. */
  trialsBetween(studyId: number, range: TrialRange): TrialRecord[] {
    return this.#of(studyId, () => this.#trials(studyId, false, range))
  }

  /** The trials as a chart of the history needs them, by number; much cheaper than `trials`. */
  outline(studyId: number): TrialOutline[] {
    return this.#of(studyId, () => this.trialTable.outline(studyId))
  }

  /**
   * The trials as samplers and pruners need them, by number; much cheaper than `trials`.
   * @param further metrics that the trials shall bring beside the first goal's
   * @param options.reports whose curves they shall bring; default of all
   */
  history(
    studyId: number,
    further: readonly string[] = [],
    { reports: of = 'all' }: { readonly reports?: ReportsOf } = {},
  ): TrialSnapshot[] {
    return this.database.read(() => {
      const firstMetric = this.studies.byId(studyId).specification.goals[0]?.metric ?? ''
      const values = this.values.ofStudy(studyId)
      const reports = this.metrics.reports(studyId, firstMetric, of)
      const furtherReports = further.map(
        name => [name, this.metrics.reports(studyId, name)] as const,
      )
      const marks = this.marks.ofStudy(studyId)
      const gradients = this.#gradients(studyId)
      const accidents = this.attempts.accidents(studyId)
      return this.trialTable.history.all(studyId).map(row => {
        const trialValues = values.get(row.id) ?? noValues
        const gradient = gradients.get(row.id)?.get(row.best_step ?? Number.NaN)
        return {
          number: row.number,
          state: row.state,
          parameters: decodeColumn('trials.parameters', row.parameters),
          ...trialValues,
          ...(gradient === undefined || trialValues.values.length === 0 ? {} : { gradient }),
          ...(accidents.has(row.id) ? { byAccident: true as const } : {}),
          ...(row.is_estimate === 1 ? { isEstimate: true as const } : {}),
          reports: reports.get(row.id) ?? [],
          ...furtherOf(reports.get(row.id) ?? [], furtherReports, row.id),
          ...(marks.get(row.id)?.excluded === true ? { excluded: true as const } : {}),
          ...originOf(row),
        }
      })
    })
  }

  /** The first goal's value of every feasible complete trial, by number: all that a sparkline needs. */
  completeValues(studyId: number): number[] {
    return this.#of(studyId, () => this.values.completeValues(studyId))
  }

  /** How many trials have ended, and how long they ran, without attempts that were interrupted. */
  finishedPace(studyId: number): FinishedPace {
    return this.#of(studyId, () => this.trialTable.finishedPace(studyId))
  }

  /** How far the running trials have come, by number. */
  runningSteps(studyId: number): RunningSteps[] {
    return this.#of(studyId, () => this.trialTable.runningSteps(studyId))
  }

  /** Names of the metrics that any trial reported, in the order of their first report. */
  metricNames(studyId: number): string[] {
    return this.#of(studyId, () => this.metrics.namesOfStudy.all(studyId))
  }

  /** One metric of one trial; empty if the trial did not report it. */
  curve(studyId: number, trialNumber: number, metric: string): Curve {
    return this.database.read(() => {
      this.trialHead(studyId, trialNumber)
      return this.metrics.curve(studyId, trialNumber, metric)
    })
  }

  /** Points that wait, first to last. */
  queuedPoints(studyId: number): QueuedPoint[] {
    return this.#of(studyId, () => this.queuedPointTable.ofStudy(studyId))
  }

  /** Numbers of the trials that are out of the search. */
  excludedTrials(studyId: number): number[] {
    return this.#of(studyId, () => this.marks.excludedNumbers.all(studyId))
  }

  /** @param after the id of an event: those that came since */
  events(studyId: number, after = 0): EventRecord[] {
    return this.#of(studyId, () => this.eventTable.ofStudy(studyId, after))
  }

  /** Id of the newest event: equal as long as nothing but metrics of running trials came. */
  lastEventId(studyId: number): number {
    return this.#of(studyId, () => this.eventTable.lastId(studyId))
  }

  winner(studyId: number): WinnerRecord | null {
    return this.#of(studyId, () => this.#winner(this.studies.byId(studyId)))
  }

  artifacts(studyId: number): ArtifactRecord[] {
    return this.#of(studyId, () => this.artifactTable.ofStudy(studyId))
  }

  /** What programs have said about their trials, by number; trials without a word are not in it. */
  remarks(studyId: number): Map<number, TrialRemarks> {
    return this.#of(studyId, () => this.remarkTable.ofStudy(studyId))
  }

  /** By trial and place; of one trial if its number is given. */
  checkpoints(studyId: number, trialNumber?: number): CheckpointRecord[] {
    return this.#of(studyId, () =>
      trialNumber === undefined
        ? this.checkpointTable.ofStudy(studyId)
        : this.checkpointTable.ofTrial(studyId, trialNumber),
    )
  }

  snapshot(studyId: number): StudySnapshot {
    return this.database.read(() => {
      const study = this.studies.byId(studyId)
      return {
        study,
        trials: this.#trials(studyId, true),
        events: this.eventTable.ofStudy(studyId),
        artifacts: this.artifactTable.ofStudy(studyId),
        winner: this.#winner(study),
      }
    })
  }

  /** Another number whenever another process has written. */
  dataVersion(): number {
    return Number(this.handle.pragma('data_version', { simple: true }))
  }

  /** Everything that `action` reads is of one moment. */
  atOneMoment<Result>(action: () => Result): Result {
    return this.database.read(action)
  }

  /**
   * The rows of a study in a new database file of its own, in which it is study 1.
   * @returns its files, some of which may be gone
   */
  copyStudy(studyId: number, file: string): readonly StudyFile[] {
    return this.#of(studyId, () => copyStudy(this.database, studyId, file))
  }

  /**
   * Reads everything but curves of a study that came from elsewhere: what faces read later without a second look.
   * @throws AppError `database.corrupt`
   */
  requireReadable(studyId: number): void {
    this.database.read(() => {
      const trials = this.#trials(studyId, false)
      requireCounted(trials)
      for (const { number } of trials) this.resources(studyId, number)
      this.studies.byId(studyId)
      this.datasetTable.all()
      this.eventTable.ofStudy(studyId)
      this.artifactTable.ofStudy(studyId)
      this.remarkTable.ofStudy(studyId)
      this.checkpointTable.ofStudy(studyId)
      this.queuedPointTable.ofStudy(studyId)
      this.winners.ofStudy(studyId)
    })
  }

  /** A copy of the whole database as it is at this moment, at a path in a folder that exists. */
  backUp(path: string): void {
    withDatabaseErrors(path, () => backUp(this.database.handle, path))
  }

  close(): void {
    this.database.close()
  }

  /** @throws AppError `study.notFound`, `trial.notFound` */
  protected trialHead(studyId: number, number: number): TrialHead {
    const trial = this.trialTable.head.get(studyId, number)
    if (trial === undefined) throw this.#unknownTrial(studyId, number)
    return trial
  }

  /** The error for a trial that is not there: its study may be the one that is missing. */
  #unknownTrial(studyId: number, number: number): AppError {
    return new AppError('trial.notFound', { study: this.studies.name(studyId), number })
  }

  /** @throws AppError `study.notFound` */
  #of<Result>(studyId: number, read: () => Result): Result {
    return this.database.read(() => {
      this.studies.name(studyId)
      return read()
    })
  }

  #winner({ id, specification, dataset }: StudyRecord): WinnerRecord | null {
    const winner = this.winners.ofStudy(id)
    if (winner === null) return null
    const rowsName = testRowsName(specification, dataset)
    const looks = rowsName === null ? null : this.testLooks.of(rowsName, winner.evaluatedAtMs)
    return { ...winner, looks }
  }

  #summary(study: StudyRecord): StudySummary {
    const direction = study.specification.goals[0]?.direction ?? 'minimize'
    return {
      ...study,
      trials: this.trialTable.counts(study.id),
      best: this.values.best(study.id, direction),
    }
  }

  /** By id of the trial and step. */
  #gradients(studyId: number): Map<number, Map<number, Record<string, number>>> {
    const gradients = new Map<number, Map<number, Record<string, number>>>()
    for (const metric of this.metrics.namesOfStudy.all(studyId)) {
      const parameter = gradientParameter(metric)
      if (parameter === null) continue
      for (const [trialId, reports] of this.metrics.reports(studyId, metric)) {
        const steps = gradients.get(trialId) ?? new Map<number, Record<string, number>>()
        gradients.set(trialId, steps)
        for (const { step, value } of reports) {
          steps.set(step, { ...steps.get(step), [parameter]: value })
        }
      }
    }
    return gradients
  }

  #trials(studyId: number, withMetrics: boolean, range = everyTrial): TrialRecord[] {
    const values = this.values.ofStudy(studyId, range)
    const attempts = this.attempts.ofStudy(studyId, range)
    const metrics = withMetrics ? this.metrics.ofStudy(studyId) : null
    const marks = this.marks.ofStudy(studyId, range)
    return this.trialTable.all
      .all({ study: studyId, ...range })
      .map(row =>
        toTrialRecord(
          row,
          values.get(row.id) ?? noValues,
          attempts.get(row.id) ?? [],
          metrics?.get(row.id) ?? {},
          marks.get(row.id) ?? {},
        ),
      )
  }
}

function toTrialRecord(
  row: TrialRow,
  values: TrialValues,
  attempts: readonly AttemptRecord[],
  metrics: Readonly<Record<string, Curve>>,
  mark: TrialMark,
): TrialRecord {
  return {
    number: row.number,
    state: row.state,
    parameters: decodeColumn('trials.parameters', row.parameters),
    provenance: decodeColumn('trials.provenance', row.provenance),
    seed: row.seed,
    ...values,
    bestStep: row.best_step,
    lastStep: row.last_step,
    reason: row.reason === null ? null : messageFromJson(row.reason),
    startedAtMs: row.started_at_ms,
    finishedAtMs: row.finished_at_ms,
    attempts,
    metrics,
    ...mark,
    ...originOf(row),
    ...(row.until_step === null ? {} : { untilStep: row.until_step }),
  }
}

/** Of a trial, at the steps at which it reported the first goal. */
function furtherOf(
  reports: readonly Report[],
  further: readonly (readonly [string, ReadonlyMap<number, readonly Report[]>])[],
  trialId: number,
): Pick<TrialSnapshot, 'further'> {
  if (further.length === 0) return {}
  const steps = new Set(reports.map(({ step }) => step))
  const series = further.flatMap(([name, ofTrials]) => {
    const reportsAtSteps = (ofTrials.get(trialId) ?? []).filter(({ step }) => steps.has(step))
    return reportsAtSteps.length === 0 ? [] : [[name, reportsAtSteps] as const]
  })
  return series.length === 0 ? {} : { further: Object.fromEntries(series) }
}
