import { gradientParameter } from '../../core/trial/metric-value.ts'
import { messageFromJson } from '../../core/errors/message.ts'
import type { StudyRecord, StudySummary, WinnerRecord } from '../../core/study/study.ts'
import { testRowsName } from '../../core/study/test-looks.ts'
import type {
  AttemptRecord,
  Curve,
  TrainingRecord,
  TrialRecord,
  Report,
  TrialSnapshot,
  TrialValues,
} from '../../core/trial/trial.ts'
import { backUp } from './back-up.ts'
import { withDatabaseErrors } from './database-errors.ts'
import { copyStudy, requireCounted } from './copy-study.ts'
import { decodeColumn } from './json-columns.ts'
import type { StoreTables } from './store-tables.ts'
import type { StudyReader } from './study-store.ts'
import { everyTrial } from './table.ts'
import { noValues, type TrialMark } from './trial-values.ts'
import { originOf, type TrialRow } from './trials.ts'

/** The reading half of the store; every method reads one moment of the database. */
export function studyReader(tables: StoreTables): StudyReader {
  const { database } = tables

  /** @throws AppError `study.notFound` */
  function ofStudy<Result>(studyId: number, read: () => Result): Result {
    return database.read(() => {
      tables.studies.name(studyId)
      return read()
    })
  }

  function winnerOf({ id, specification, dataset }: StudyRecord): WinnerRecord | null {
    const winner = tables.winners.ofStudy(id)
    if (winner === null) return null
    const rowsName = testRowsName(specification, dataset)
    const looks = rowsName === null ? null : tables.testLooks.of(rowsName, id, winner.evaluatedAtMs)
    return { ...winner, looks }
  }

  function summary(study: StudyRecord): StudySummary {
    const direction = study.specification.goals[0]?.direction ?? 'minimize'
    return {
      ...study,
      trials: tables.trials.counts(study.id),
      best: tables.values.best(study.id, direction),
    }
  }

  /** By id of the trial and step. */
  function gradientsOf(studyId: number): Map<number, Map<number, Record<string, number>>> {
    const gradients = new Map<number, Map<number, Record<string, number>>>()
    for (const metric of tables.metrics.namesOfStudy.all(studyId)) {
      const parameter = gradientParameter(metric)
      if (parameter === null) continue
      for (const [trialId, reports] of tables.metrics.reports(studyId, metric)) {
        const steps = gradients.get(trialId) ?? new Map<number, Record<string, number>>()
        gradients.set(trialId, steps)
        for (const { step, value } of reports) {
          steps.set(step, { ...steps.get(step), [parameter]: value })
        }
      }
    }
    return gradients
  }

  function trialsOf(studyId: number, withMetrics: boolean, range = everyTrial): TrialRecord[] {
    const values = tables.values.ofStudy(studyId, range)
    const attempts = tables.attempts.ofStudy(studyId, range)
    const metrics = withMetrics ? tables.metrics.ofStudy(studyId) : null
    const marks = tables.marks.ofStudy(studyId, range)
    const trainings = tables.trainings.ofStudy(studyId, range)
    return tables.trials.all
      .all({ study: studyId, ...range })
      .map(row =>
        toTrialRecord(
          row,
          values.get(row.id) ?? noValues,
          attempts.get(row.id) ?? [],
          metrics?.get(row.id) ?? {},
          marks.get(row.id) ?? {},
          trainings.get(row.id) ?? [],
        ),
      )
  }

  return {
    folders: tables.folders,

    listStudies() {
      return database.read(() => tables.studies.all().map(study => summary(study)))
    },

    findStudy(nameOrId) {
      return database.read(() => summary(tables.studies.find(nameOrId)))
    },

    studyById(studyId) {
      return database.read(() => summary(tables.studies.byId(studyId)))
    },

    datasets() {
      return database.read(() => tables.datasets.all())
    },

    trial(studyId, trialNumber) {
      return database.read(() => {
        const row = tables.trials.one.get(studyId, trialNumber)
        if (row === undefined) throw tables.unknownTrial(studyId, trialNumber)
        return toTrialRecord(
          row,
          tables.values.ofTrial(row.id),
          tables.attempts.ofTrial(row.id),
          tables.metrics.ofTrial(row.id),
          tables.marks.ofTrial(row.id),
          tables.trainings.ofTrial(row.id),
        )
      })
    },

    trainingCurves(studyId, trialNumber) {
      return database.read(() => tables.trainings.curves(tables.trialHead(studyId, trialNumber).id))
    },

    resources(studyId, trialNumber) {
      return database.read(() =>
        tables.resources.ofTrial(tables.trialHead(studyId, trialNumber).id),
      )
    },

    stepTimes(studyId, trialNumber) {
      return database.read(() => {
        const { id } = tables.trialHead(studyId, trialNumber)
        const used = tables.resources.ofTrial(id).at(-1)
        const attempt = tables.attempts.ofTrial(id).at(-1)
        if (used === undefined || attempt?.number !== used.attempt) return null
        const samples = used.samples.map(({ atMs, step }) => ({
          atMs,
          ...(step === undefined ? {} : { step }),
        }))
        const { number, startedAtMs, finishedAtMs } = attempt
        return { startedAtMs, finishedAtMs, isFirst: number === 1, samples }
      })
    },

    firstEngine(studyId) {
      return ofStudy(studyId, () => tables.attempts.firstEngine(studyId))
    },

    trials(studyId, options = {}) {
      return ofStudy(studyId, () => trialsOf(studyId, options.metrics ?? true))
    },

    trialsBetween(studyId, range) {
      return ofStudy(studyId, () => trialsOf(studyId, false, range))
    },

    outline(studyId) {
      return ofStudy(studyId, () => tables.trials.outline(studyId))
    },

    trialsProposedFor(studyId, code) {
      return ofStudy(studyId, () => tables.trials.proposedFor(studyId, code))
    },

    history(studyId, further = [], { reports: of = 'all' } = {}) {
      return database.read(() => {
        const firstMetric = tables.studies.byId(studyId).specification.goals[0]?.metric ?? ''
        const values = tables.values.ofStudy(studyId)
        const reports = tables.metrics.reports(studyId, firstMetric, of)
        const furtherReports = further.map(
          name => [name, tables.metrics.reports(studyId, name)] as const,
        )
        const marks = tables.marks.ofStudy(studyId)
        const gradients = gradientsOf(studyId)
        const accidents = tables.attempts.accidents(studyId)
        return tables.trials.history.all(studyId).map(row => {
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
    },

    completeValues(studyId) {
      return ofStudy(studyId, () => tables.values.completeValues(studyId))
    },

    finishedPace(studyId) {
      return ofStudy(studyId, () => tables.trials.finishedPace(studyId))
    },

    runningSteps(studyId) {
      return ofStudy(studyId, () => tables.trials.runningSteps(studyId))
    },

    metricNames(studyId) {
      return ofStudy(studyId, () => tables.metrics.namesOfStudy.all(studyId))
    },

    curve(studyId, trialNumber, metric) {
      return database.read(() => {
        tables.trialHead(studyId, trialNumber)
        return tables.metrics.curve(studyId, trialNumber, metric)
      })
    },

    queuedPoints(studyId) {
      return ofStudy(studyId, () => tables.queuedPoints.ofStudy(studyId))
    },

    excludedTrials(studyId) {
      return ofStudy(studyId, () => tables.marks.excludedNumbers.all(studyId))
    },

    events(studyId, after = 0) {
      return ofStudy(studyId, () => tables.events.ofStudy(studyId, after))
    },

    lastEventId(studyId) {
      return ofStudy(studyId, () => tables.events.lastId(studyId))
    },

    winner(studyId) {
      return ofStudy(studyId, () => winnerOf(tables.studies.byId(studyId)))
    },

    artifacts(studyId) {
      return ofStudy(studyId, () => tables.artifacts.ofStudy(studyId))
    },

    remarks(studyId) {
      return ofStudy(studyId, () => tables.remarks.ofStudy(studyId))
    },

    checkpoints(studyId, trialNumber) {
      return ofStudy(studyId, () =>
        trialNumber === undefined
          ? tables.checkpoints.ofStudy(studyId)
          : tables.checkpoints.ofTrial(studyId, trialNumber),
      )
    },

    snapshot(studyId) {
      return database.read(() => {
        const study = tables.studies.byId(studyId)
        return {
          study,
          trials: trialsOf(studyId, true),
          events: tables.events.ofStudy(studyId),
          artifacts: tables.artifacts.ofStudy(studyId),
          winner: winnerOf(study),
        }
      })
    },

    dataVersion() {
      return Number(database.handle.pragma('data_version', { simple: true }))
    },

    atOneMoment(action) {
      return database.read(action)
    },

    copyStudy(studyId, file) {
      return ofStudy(studyId, () => copyStudy(database, studyId, file))
    },

    requireReadable(studyId) {
      database.read(() => {
        const trials = trialsOf(studyId, false)
        requireCounted(trials)
        for (const { number } of trials)
          tables.resources.ofTrial(tables.trialHead(studyId, number).id)
        tables.studies.byId(studyId)
        tables.datasets.all()
        tables.events.ofStudy(studyId)
        tables.artifacts.ofStudy(studyId)
        tables.remarks.ofStudy(studyId)
        tables.checkpoints.ofStudy(studyId)
        tables.queuedPoints.ofStudy(studyId)
        tables.winners.ofStudy(studyId)
      })
    },

    backUp(path) {
      withDatabaseErrors(path, () => backUp(database.handle, path))
    },

    close() {
      database.close()
    },
  }
}

function toTrialRecord(
  row: TrialRow,
  values: TrialValues,
  attempts: readonly AttemptRecord[],
  metrics: Readonly<Record<string, Curve>>,
  mark: TrialMark,
  trainings: readonly TrainingRecord[],
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
    ...(trainings.length === 0 ? {} : { trainings }),
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
