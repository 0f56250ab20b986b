import {
  decodeMetric,
  decodeMetricJson,
  type MetricKind,
  metricToJson,
} from '../../core/trial/metric-value.ts'
import type {
  OptunaEntry,
  OptunaEntryKind,
  OptunaTrialHead,
  OptunaTrialState,
  StoredOptunaStudy,
  StoredOptunaTrial,
} from '../../core/storage/optuna-storage.ts'
import type { Goal } from '../../core/study/study-specification.ts'
import { byTrial, Connected } from './table.ts'

/** Where a trial of Optuna stands in our tables. */
export interface OptunaTrialIds {
  readonly trialId: number
  readonly studyId: number
  readonly number: number
}

interface StudyRow {
  readonly id: number
  readonly studyId: number
  readonly name: string
  readonly directions: string
}

interface TrialRow {
  readonly id: number
  readonly trialId: number
  readonly number: number
  readonly state: OptunaTrialState
  readonly started: string
  readonly completed: string
  readonly objectiveValues: string
}

type EntryRow = OptunaEntry & { readonly ownerId: number }
type ReportRow = [trialId: number, step: number, value: number | null, kind: MetricKind]

const visible = `FROM optuna_studies JOIN studies ON studies.id = optuna_studies.study_id
  WHERE optuna_studies.deleted_at_ms IS NULL AND studies.deleted_at_ms IS NULL`

/** The rows of studies and trials as Optuna keeps them. Ids are Optuna's, unless a name says `studyId` or `trialId`. */
export class OptunaTables extends Connected {
  readonly insertStudy = this.handle.prepare<
    [id: number, studyId: number, name: string, directions: string, reportMetric: string]
  >(
    `INSERT INTO optuna_studies (id, study_id, name, directions, report_metric)
     VALUES (?, ?, ?, ?, ?)`,
  )
  readonly studyIdOf = this.handle
    .prepare<[id: number], number>('SELECT study_id FROM optuna_studies WHERE id = ?')
    .pluck()
  readonly reportMetricOf = this.handle
    .prepare<[studyId: number], string>(
      'SELECT report_metric FROM optuna_studies WHERE study_id = ?',
    )
    .pluck()
  readonly setReportMetric = this.handle.prepare<[metric: string, studyId: number]>(
    'UPDATE optuna_studies SET report_metric = ? WHERE study_id = ?',
  )
  readonly setDeleted = this.handle.prepare<[atMs: number | null, id: number]>(
    'UPDATE optuna_studies SET deleted_at_ms = ? WHERE id = ?',
  )
  readonly putStudyEntry = this.handle.prepare<
    [studyId: number, kind: string, key: string, value: string]
  >(
    `INSERT INTO optuna_study_entries (study_id, kind, key, value) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET value = excluded.value`,
  )
  readonly idsOf = this.handle.prepare<[id: number], OptunaTrialIds>(
    `SELECT trials.id AS trialId, trials.study_id AS studyId, trials.number
     FROM optuna_trials JOIN trials ON trials.id = optuna_trials.trial_id
     WHERE optuna_trials.id = ?`,
  )
  readonly #insertTrial = this.handle.prepare<[number, number, string, string, string, string]>(
    `INSERT INTO optuna_trials (id, trial_id, state, started, completed, objective_values)
     VALUES (?, ?, ?, ?, ?, ?)`,
  )
  readonly #setTrial = this.handle.prepare<[string, string, string, string, number]>(
    `UPDATE optuna_trials SET state = ?, started = ?, completed = ?, objective_values = ?
     WHERE id = ?`,
  )
  readonly #putTrialEntry = this.handle.prepare<
    [trialId: number, kind: string, key: string, value: string]
  >(
    `INSERT INTO optuna_trial_entries (trial_id, kind, key, value) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET value = excluded.value`,
  )
  /** Those whose program left them running, or was killed. */
  readonly abandoned = this.handle
    .prepare<[], number>(
      `SELECT study_id ${visible.replace('WHERE', "WHERE studies.state = 'running' AND")}`,
    )
    .pluck()
  readonly #studies = this.handle.prepare<[], StudyRow>(
    `SELECT optuna_studies.id, study_id AS studyId, optuna_studies.name, directions ${visible}
     ORDER BY optuna_studies.id`,
  )
  readonly #anyStudy = this.handle.prepare<[number], StudyRow & { readonly isDeleted: 0 | 1 }>(
    `SELECT id, study_id AS studyId, name, directions, deleted_at_ms IS NOT NULL AS isDeleted
     FROM optuna_studies WHERE study_id = ?`,
  )
  readonly #studyEntries = this.handle.prepare<[number], OptunaEntry>(
    'SELECT kind, key, value FROM optuna_study_entries WHERE study_id = ? ORDER BY rowid',
  )
  readonly #trials = this.handle.prepare<[number], TrialRow>(
    `SELECT optuna_trials.id, trial_id AS trialId, number, optuna_trials.state, started, completed,
       objective_values AS objectiveValues
     FROM trials JOIN optuna_trials ON optuna_trials.trial_id = trials.id
     WHERE trials.study_id = ? ORDER BY number`,
  )
  readonly #trialEntries = this.handle.prepare<[number], EntryRow>(
    `SELECT trial_id AS ownerId, kind, key, value
     FROM trials CROSS JOIN optuna_trial_entries ON trial_id = trials.id
     WHERE study_id = ? ORDER BY trials.number, optuna_trial_entries.rowid`,
  )
  /** Values of the system attributes of `optuna.artifacts`. */
  readonly artifactsOf = this.handle
    .prepare<[studyId: number, trialNumber: number], string>(
      `SELECT optuna_trial_entries.value FROM trials JOIN optuna_trial_entries ON trial_id = trials.id
       WHERE study_id = ? AND number = ? AND optuna_trial_entries.kind = 'system'
         AND optuna_trial_entries.key LIKE 'artifacts:%' ORDER BY optuna_trial_entries.rowid`,
    )
    .pluck()
  /** Numbers of trials that ended and have such attributes. */
  readonly endedWithArtifacts = this.handle
    .prepare<[studyId: number], number>(
      `SELECT DISTINCT trials.number FROM trials JOIN optuna_trial_entries ON trial_id = trials.id
       WHERE study_id = ? AND finished_at_ms IS NOT NULL AND optuna_trial_entries.kind = 'system'
         AND optuna_trial_entries.key LIKE 'artifacts:%' ORDER BY trials.number`,
    )
    .pluck()
  readonly #reports = this.handle
    .prepare<[number, number], ReportRow>(
      `SELECT metrics.trial_id, step, value, kind
       FROM trials CROSS JOIN metrics ON metrics.trial_id = trials.id AND metric_id = (
         SELECT metric_names.id FROM metric_names JOIN optuna_studies ON report_metric = metric_names.name
         WHERE optuna_studies.study_id = ?)
       WHERE trials.study_id = ? ORDER BY trials.number, step`,
    )
    .raw()
  readonly #entryBytes = this.handle
    .prepare<[], number>(
      `SELECT coalesce((SELECT sum(octet_length(key) + octet_length(value)) FROM optuna_trial_entries), 0)
         + coalesce((SELECT sum(octet_length(key) + octet_length(value)) FROM optuna_study_entries), 0)`,
    )
    .pluck()
  readonly #lastId = this.handle
    .prepare<[string], number>('SELECT seq FROM sqlite_sequence WHERE name = ?')
    .pluck()

  insertTrial(id: number, trialId: number, head: OptunaTrialHead): void {
    this.#insertTrial.run(id, trialId, ...columnsOf(head))
  }

  setTrial(id: number, head: OptunaTrialHead): void {
    this.#setTrial.run(...columnsOf(head), id)
  }

  putTrialEntry(trialId: number, { kind, key, value }: OptunaEntry): void {
    this.#putTrialEntry.run(trialId, kind, key, value)
  }

  /** The highest that were ever given away. */
  lastIds(): { readonly study: number; readonly trial: number } {
    const [study, trial] = ['optuna_studies', 'optuna_trials'].map(
      table => this.#lastId.get(table) ?? 0,
    ) as [number, number]
    return { study, trial }
  }

  /** Of keys and values of all studies and trials, also of those that programs do not see any more. */
  entryBytes(): number {
    return this.#entryBytes.get() ?? 0
  }

  /** Those that programs see. */
  studies(): StoredOptunaStudy[] {
    return this.#studies.all().map(row => this.#toStudy(row))
  }

  /** By its id in our tables, also one that its program deleted; null where no program of Optuna made it. */
  storedStudy(studyId: number): (StoredOptunaStudy & { readonly isDeleted: boolean }) | null {
    const row = this.#anyStudy.get(studyId)
    if (row === undefined) return null
    return { ...this.#toStudy(row), isDeleted: row.isDeleted === 1 }
  }

  /** By number. */
  trials(studyId: number): StoredOptunaTrial[] {
    const entries = byTrial(
      this.#trialEntries.iterate(studyId),
      ({ ownerId }) => ownerId,
      ({ kind, key, value }) => ({ kind: kind satisfies OptunaEntryKind, key, value }),
    )
    const reports = byTrial(
      this.#reports.iterate(studyId, studyId),
      ([trialId]) => trialId,
      ([, step, value, kind]) => ({ step, value: decodeMetric({ value, kind }) }),
    )
    return this.#trials
      .all(studyId)
      .map(({ id, trialId, number, state, started, completed, objectiveValues }) => ({
        id,
        number,
        head: { state, started, completed, values: readValues(objectiveValues) },
        entries: entries.get(trialId) ?? [],
        reports: reports.get(trialId) ?? [],
      }))
  }

  #toStudy(row: StudyRow): StoredOptunaStudy {
    const directions = JSON.parse(row.directions) as Goal['direction'][]
    return { ...row, directions, attributes: this.#studyEntries.all(row.studyId) }
  }
}

function columnsOf({
  state,
  started,
  completed,
  values,
}: OptunaTrialHead): [string, string, string, string] {
  return [state, started, completed, JSON.stringify(values.map(metricToJson))]
}

function readValues(text: string): number[] {
  return (JSON.parse(text) as unknown[]).map(decodeMetricJson)
}
