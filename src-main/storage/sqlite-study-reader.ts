import type { CheckpointRecord } from '../contract/checkpoint.ts'
import type { DatasetEntry } from '../contract/dataset-registry.ts'
import { factFromJson } from '../contract/fact.ts'
import { AppError } from '../contract/errors.ts'
import type { EventRecord } from '../contract/events.ts'
import { gradientParameter } from '../contract/metric-value.ts'
import type { AttemptResources } from '../contract/resources.ts'
import type {
  ArtifactRecord,
  QueuedPoint,
  StudyRecord,
  StudySnapshot,
  StudySummary,
  WinnerRecord,
} from '../contract/study.ts'
import type {
  AttemptRecord,
  Curve,
  TrialOutline,
  TrialRecord,
  Report,
  TrialSnapshot,
  TrialValues,
} from '../contract/trial.ts'
import { ArtifactTable, WinnerTable } from './artifacts.ts'
import { AttemptTable, CheckpointTable, AttemptResourcesTable } from './attempts.ts'
import { backUp } from './back-up.ts'
import type { StoreDatabase } from './database.ts'
import { DatasetTable } from './datasets.ts'
import { withDatabaseErrors } from './database-errors.ts'
import { EventTable, StudyTable } from './studies.ts'
import { decodeAssignment, decodeProvenance } from './json-columns.ts'
import { MetricTable } from './metrics.ts'
import { noValues, ObjectiveValueTable } from './objective-values.ts'
import type { StudyReader } from './study-store.ts'
import { QueuedPointTable, type TrialMark, TrialMarkTable } from './trial-marks.ts'
import { originOf, type TrialRow, TrialTable } from './trials.ts'

/** The reading half of the store; every method reads one moment of the database. */
export class SqliteStudyReader implements StudyReader {
  protected readonly database: StoreDatabase
  protected readonly studies: StudyTable
  protected readonly trialTable: TrialTable
  protected readonly attempts: AttemptTable
  protected readonly resourcesTable: AttemptResourcesTable
  protected readonly values: ObjectiveValueTable
  protected readonly metrics: MetricTable
  protected readonly eventTable: EventTable
  protected readonly artifactTable: ArtifactTable
  protected readonly checkpointTable: CheckpointTable
  protected readonly winners: WinnerTable
  protected readonly marks: TrialMarkTable
  protected readonly queue: QueuedPointTable
  protected readonly datasetTable: DatasetTable

  constructor(database: StoreDatabase) {
    const { handle } = database
    this.database = database
    this.studies = new StudyTable(handle)
    this.trialTable = new TrialTable(handle)
    this.attempts = new AttemptTable(handle)
    this.resourcesTable = new AttemptResourcesTable(handle)
    this.values = new ObjectiveValueTable(handle)
    this.metrics = new MetricTable(handle)
    this.eventTable = new EventTable(handle)
    this.artifactTable = new ArtifactTable(handle)
    this.checkpointTable = new CheckpointTable(handle)
    this.winners = new WinnerTable(handle)
    this.marks = new TrialMarkTable(handle)
    this.queue = new QueuedPointTable(handle)
    this.datasetTable = new DatasetTable(handle)
  }

  listStudies(): StudySummary[] {
    return this.database.read(() => this.studies.all().map(study => this.#summary(study)))
  }

  findStudy(nameOrId: string): StudySummary {
    return this.database.read(() => this.#summary(this.studies.find(nameOrId)))
  }

  datasets(): DatasetEntry[] {
    return this.database.read(() => this.datasetTable.all())
  }

  trial(studyId: number, trialNumber: number): TrialRecord {
    return this.database.read(() => {
      const row = this.trialTable.one(studyId, trialNumber)
      if (row === undefined) throw this.unknownTrial(studyId, trialNumber)
      return toTrialRecord(
        row,
        this.values.ofTrial(row.id),
        this.attempts.ofTrial(row.id),
        this.metrics.ofTrial(row.id),
        this.marks.ofTrial(row.id),
      )
    })
  }

  resources(studyId: number, trialNumber: number): AttemptResources[] {
    return this.database.read(() => {
      const row = this.trialTable.one(studyId, trialNumber)
      if (row === undefined) throw this.unknownTrial(studyId, trialNumber)
      return this.resourcesTable.ofTrial(row.id)
    })
  }

  trials(studyId: number, options: { readonly metrics?: boolean } = {}): TrialRecord[] {
    return this.database.read(() => {
      this.studies.name(studyId)
      return this.#trials(studyId, options.metrics ?? true)
    })
  }

  outline(studyId: number): TrialOutline[] {
    return this.database.read(() => {
      this.studies.name(studyId)
      return this.trialTable.outline(studyId)
    })
  }

  history(studyId: number, further: readonly string[] = []): TrialSnapshot[] {
    return this.database.read(() => {
      const firstMetric = this.studies.byId(studyId).specification.goals[0]?.metric ?? ''
      const values = this.values.ofStudy(studyId)
      const reports = this.metrics.reports(studyId, firstMetric)
      const furtherReports = further.map(
        name => [name, this.metrics.reports(studyId, name)] as const,
      )
      const marks = this.marks.ofStudy(studyId)
      const gradients = this.#gradients(studyId)
      const outOfMemory = this.attempts.outOfMemory(studyId)
      return this.trialTable.history(studyId).map(row => {
        const known = values.get(row.id) ?? noValues
        const gradient = gradients.get(row.id)?.get(row.best_step ?? Number.NaN)
        return {
          number: row.number,
          state: row.state,
          parameters: decodeAssignment(row.parameters),
          ...known,
          ...(gradient === undefined || known.values.length === 0 ? {} : { gradient }),
          ...(outOfMemory.has(row.id) ? { outOfMemory: true as const } : {}),
          reports: reports.get(row.id) ?? [],
          ...furtherOf(reports.get(row.id) ?? [], furtherReports, row.id),
          ...(marks.get(row.id)?.excluded === true ? { excluded: true as const } : {}),
          ...originOf(row),
        }
      })
    })
  }

  completeValues(studyId: number): number[] {
    return this.database.read(() => {
      this.studies.name(studyId)
      return this.values.completeValues(studyId)
    })
  }

  metricNames(studyId: number): string[] {
    return this.database.read(() => {
      this.studies.name(studyId)
      return this.metrics.namesOfStudy(studyId)
    })
  }

  curve(studyId: number, trialNumber: number, metric: string): Curve {
    return this.database.read(() => {
      if (this.trialTable.head(studyId, trialNumber) === undefined) {
        throw this.unknownTrial(studyId, trialNumber)
      }
      return this.metrics.curve(studyId, trialNumber, metric)
    })
  }

  queuedPoints(studyId: number): QueuedPoint[] {
    return this.database.read(() => {
      this.studies.name(studyId)
      return this.queue.ofStudy(studyId)
    })
  }

  excludedTrials(studyId: number): number[] {
    return this.database.read(() => {
      this.studies.name(studyId)
      return this.marks.excludedNumbers(studyId)
    })
  }

  events(studyId: number): EventRecord[] {
    return this.database.read(() => {
      this.studies.name(studyId)
      return this.eventTable.ofStudy(studyId)
    })
  }

  lastEventId(studyId: number): number {
    return this.database.read(() => {
      this.studies.name(studyId)
      return this.eventTable.lastId(studyId)
    })
  }

  winner(studyId: number): WinnerRecord | null {
    return this.database.read(() => {
      this.studies.name(studyId)
      return this.winners.ofStudy(studyId)
    })
  }

  artifacts(studyId: number): ArtifactRecord[] {
    return this.database.read(() => {
      this.studies.name(studyId)
      return this.artifactTable.ofStudy(studyId)
    })
  }

  checkpoints(studyId: number, trialNumber?: number): CheckpointRecord[] {
    return this.database.read(() => {
      this.studies.name(studyId)
      return trialNumber === undefined
        ? this.checkpointTable.ofStudy(studyId)
        : this.checkpointTable.ofTrial(studyId, trialNumber)
    })
  }

  snapshot(studyId: number): StudySnapshot {
    return this.database.read(() => ({
      study: this.studies.byId(studyId),
      trials: this.#trials(studyId, true),
      events: this.eventTable.ofStudy(studyId),
      artifacts: this.artifactTable.ofStudy(studyId),
      winner: this.winners.ofStudy(studyId),
    }))
  }

  backUp(path: string): void {
    withDatabaseErrors(path, () => {
      backUp(this.database.handle, path)
    })
  }

  close(): void {
    this.database.close()
  }

  /** The error for a trial that is not there: its study may be the one that is missing. */
  protected unknownTrial(studyId: number, number: number): AppError {
    return new AppError('trial.notFound', { study: this.studies.name(studyId), number })
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
    for (const metric of this.metrics.namesOfStudy(studyId)) {
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

  #trials(studyId: number, withMetrics: boolean): TrialRecord[] {
    const values = this.values.ofStudy(studyId)
    const attempts = this.attempts.ofStudy(studyId)
    const metrics = withMetrics ? this.metrics.ofStudy(studyId) : null
    const marks = this.marks.ofStudy(studyId)
    return this.trialTable
      .all(studyId)
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
    parameters: decodeAssignment(row.parameters),
    provenance: decodeProvenance(row.provenance),
    seed: row.seed,
    ...values,
    bestStep: row.best_step,
    lastStep: row.last_step,
    reason: row.reason === null ? null : factFromJson(row.reason),
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
  const known = further.flatMap(([name, ofTrials]) => {
    const kept = (ofTrials.get(trialId) ?? []).filter(({ step }) => steps.has(step))
    return kept.length === 0 ? [] : [[name, kept] as const]
  })
  return known.length === 0 ? {} : { further: Object.fromEntries(known) }
}
