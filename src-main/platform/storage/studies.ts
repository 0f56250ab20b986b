import type { Database, Statement } from 'better-sqlite3'
import {
  type MessageDescriptor,
  messageFromJson,
  messageToJson,
} from '../../core/errors/message.ts'
import { AppError } from '../../core/errors/errors.ts'
import type { CustomChart } from '../../core/study/custom-chart.ts'
import type { EventKind, EventRecord } from '../../core/study/events.ts'
import type { JsonObject } from '../../core/values/json.ts'
import type { StudySpecification } from '../../core/study/study-specification.ts'
import type {
  QueuedPoint,
  QueuedPointOrigin,
  StudyEnvironment,
  StudyRecord,
  StudyState,
} from '../../core/study/study.ts'
import type { Assignment } from '../../core/trial/trial.ts'
import { decodeColumn, encodeAssignment } from './json-columns.ts'
import { MovedFolders } from './moved-folders.ts'
import { Connected, type JsonRow } from './table.ts'

export interface NewStudy {
  readonly specification: StudySpecification
  readonly source: string
  readonly environment: StudyEnvironment
  readonly createdAtMs: number
}

export interface StudyStateChange {
  readonly studyId: number
  readonly state: StudyState
  readonly reason: MessageDescriptor | null
  readonly event: EventKind
  readonly atMs: number
}

type JsonColumn = 'specification' | 'environment' | 'dataset' | 'labels' | 'trialViews'
type StudyRow = JsonRow<Omit<StudyRecord, 'customChart'>, JsonColumn | 'reason'> & {
  readonly customChart: string | null
}

/** How many goals and constraints a study has. */
interface StudySizes {
  readonly goals: number
  readonly constraints: number
}

/** Tables whose rows belong to a trial, and those whose rows belong to a study; children before parents. */
const trialTables = [
  'trial_marks',
  'trial_remarks',
  'metrics',
  'training_metrics',
  'trainings',
  'constraint_values',
  'objective_values',
  'artifacts',
  'attempt_resources',
  'checkpoints',
  'attempts',
  'optuna_trial_entries',
  'optuna_trials',
]
const studyTables = ['optuna_study_entries', 'optuna_studies', 'queued_points', 'events', 'trials']

const allColumns = `SELECT id, name, state, reason, specification, source, environment, dataset,
  created_at_ms AS createdAtMs, elapsed_ms AS elapsedMs, labels,
  custom_chart AS customChart, trial_views AS trialViews FROM studies`

/** The rows of `studies`. A study that was deleted can still come back from the bin, where it has no name of its own. */
export class StudyTable extends Connected {
  readonly #insert = this.handle.prepare(
    `INSERT INTO studies (name, state, created_at_ms, environment, specification, source)
     VALUES (?, 'created', ?, ?, ?, ?)`,
  )
  readonly #all = this.handle.prepare<[], StudyRow>(
    `${allColumns} WHERE deleted_at_ms IS NULL ORDER BY id`,
  )
  readonly #byId = this.handle.prepare<[number], StudyRow>(
    `${allColumns} WHERE id = ? AND deleted_at_ms IS NULL`,
  )
  readonly #idByName = this.handle
    .prepare<[string], number>('SELECT id FROM studies WHERE name = ?')
    .pluck()
  readonly #nameById = this.handle
    .prepare<[number], string>('SELECT name FROM studies WHERE id = ? AND deleted_at_ms IS NULL')
    .pluck()
  // Studies from before there were constraints have no such key.
  readonly #sizesById = this.handle.prepare<[number], StudySizes>(
    `SELECT json_array_length(specification, '$.goals') AS goals,
       coalesce(json_array_length(specification, '$.constraints'), 0) AS constraints
     FROM studies WHERE id = ?`,
  )
  readonly #setState = this.handle.prepare<[string, string | null, number]>(
    'UPDATE studies SET state = ?, reason = ? WHERE id = ?',
  )
  readonly #set = {
    dataset: this.#update('dataset = ?'),
    specification: this.#update('specification = ?'),
    labels: this.#update('labels = ?'),
    trialViews: this.#update('trial_views = ?'),
  }
  readonly #setCustomChart = this.handle.prepare<[string | null, number]>(
    'UPDATE studies SET custom_chart = ? WHERE id = ?',
  )
  readonly #rename = this.#update('name = ?')
  readonly #addElapsed = this.#update('elapsed_ms = elapsed_ms + ?')
  readonly #moveToBin = this.#update(
    `name = 'deleted study ' || id || ': ' || name, deleted_at_ms = ?`,
  )
  readonly #takeFromBin = this.#update('deleted_at_ms = NULL, name = ?')
  readonly #nameInBin = this.handle
    .prepare<[number], string>(
      `SELECT json_extract(specification, '$.name') FROM studies
       WHERE id = ? AND deleted_at_ms IS NOT NULL`,
    )
    .pluck()
  readonly #idsInBin = this.handle
    .prepare<[], number>('SELECT id FROM studies WHERE deleted_at_ms IS NOT NULL ORDER BY id')
    .pluck()
  // A winner refers to a trial, so its row goes first.
  readonly #removals = [
    'DELETE FROM winners WHERE study_id = ?',
    // Rows that were looked at stay so.
    'UPDATE test_looks SET study_id = NULL WHERE study_id = ?',
    ...trialTables.map(
      table => `DELETE FROM ${table} WHERE trial_id IN (SELECT id FROM trials WHERE study_id = ?)`,
    ),
    ...studyTables.map(table => `DELETE FROM ${table} WHERE study_id = ?`),
    'DELETE FROM studies WHERE id = ?',
  ].map(sql => this.handle.prepare<[number]>(sql))

  readonly #folders: MovedFolders

  /** @param home folder of the database; null for one in memory */
  constructor(handle: Database, home: string | null) {
    super(handle)
    this.#folders = new MovedFolders(home)
  }

  /** @returns the id. */
  insert(study: NewStudy): number {
    const { name } = study.specification
    if (this.#idByName.get(name) !== undefined) throw new AppError('study.exists', { study: name })
    const { lastInsertRowid } = this.#insert.run(
      name,
      study.createdAtMs,
      JSON.stringify(this.#folders.storeEnvironment(study.environment)),
      JSON.stringify(study.specification),
      study.source,
    )
    return Number(lastInsertRowid)
  }

  all(): StudyRecord[] {
    return this.#all.all().map(row => toRecord(row, this.#folders))
  }

  byId(id: number): StudyRecord {
    const row = this.#byId.get(id)
    if (row === undefined) throw new AppError('study.notFound', { study: String(id) })
    return toRecord(row, this.#folders)
  }

  /** A name wins over an id, so that a study called `7` can be found. */
  find(nameOrId: string): StudyRecord {
    const byName = this.#idByName.get(nameOrId)
    if (byName !== undefined) return this.byId(byName)
    if (!/^[1-9]\d{0,15}$/.test(nameOrId)) {
      throw new AppError('study.notFound', { study: nameOrId })
    }
    return this.byId(Number(nameOrId))
  }

  /** @throws AppError `study.notFound` */
  name(id: number): string {
    const name = this.#nameById.get(id)
    if (name === undefined) throw new AppError('study.notFound', { study: String(id) })
    return name
  }

  sizes(id: number): StudySizes {
    return this.#sizesById.get(id) ?? { goals: 0, constraints: 0 }
  }

  setState(change: StudyStateChange): void {
    this.name(change.studyId)
    const { state, reason, studyId } = change
    this.#setState.run(state, reason && messageToJson(reason), studyId)
  }

  setDataset(id: number, dataset: JsonObject): void {
    this.name(id)
    this.#set.dataset.run(JSON.stringify(this.#folders.storeDataset(dataset)), id)
  }

  set<Column extends 'specification' | 'labels' | 'trialViews'>(
    id: number,
    column: Column,
    value: StudyRecord[Column],
  ): void {
    this.name(id)
    this.#set[column].run(JSON.stringify(value), id)
  }

  /** @throws AppError `study.exists` if another study has the name */
  rename(id: number, name: string): void {
    const taken = this.#idByName.get(name)
    if (taken !== undefined && taken !== id) throw new AppError('study.exists', { study: name })
    this.#rename.run(name, id)
    this.set(id, 'specification', { ...this.byId(id).specification, name })
  }

  setCustomChart(id: number, chart: CustomChart | null): void {
    this.name(id)
    this.#setCustomChart.run(chart && JSON.stringify(chart), id)
  }

  moveToBin(id: number, atMs: number): void {
    this.name(id)
    this.#moveToBin.run(atMs, id)
  }

  /** @throws AppError `study.notFound` if it is not in the bin, `study.exists` if its name is taken */
  takeFromBin(id: number): void {
    const name = this.#nameInBin.get(id)
    if (name === undefined) throw new AppError('study.notFound', { study: String(id) })
    if (this.#idByName.get(name) !== undefined) throw new AppError('study.exists', { study: name })
    this.#takeFromBin.run(name, id)
  }

  /** @returns the ids of the studies that were removed for good */
  emptyBin(): readonly number[] {
    const ids = this.#idsInBin.all()
    for (const id of ids) for (const removal of this.#removals) removal.run(id)
    return ids
  }

  addElapsed(id: number, durationMs: number): void {
    this.name(id)
    this.#addElapsed.run(durationMs, id)
  }

  #update(change: string): Statement<[number | string, number]> {
    return this.handle.prepare(`UPDATE studies SET ${change} WHERE id = ?`)
  }
}

function toRecord({ customChart, ...row }: StudyRow, folders: MovedFolders): StudyRecord {
  const environment = decodeColumn('studies.environment', row.environment)
  const dataset = row.dataset === null ? null : decodeColumn('studies.dataset', row.dataset)
  return {
    ...row,
    reason: row.reason === null ? null : messageFromJson(row.reason),
    specification: decodeColumn('studies.specification', row.specification),
    environment: folders.readEnvironment(environment),
    dataset: dataset && folders.readDataset(dataset),
    labels: decodeColumn('studies.labels', row.labels),
    trialViews: decodeColumn('studies.trial_views', row.trialViews),
    ...(customChart === null
      ? {}
      : { customChart: decodeColumn('studies.custom_chart', customChart) }),
  }
}

/** A clock that is corrected moves by less. */
const MAX_CORRECTION_MS = 1_000

export type NewEvent = Omit<EventRecord, 'id'>

/** The rows of `events`: written once, never changed. */
export class EventTable extends Connected {
  readonly #insert = this.handle.prepare<[number, number, string, number | null, string]>(
    'INSERT INTO events (study_id, at_ms, kind, trial_number, detail) VALUES (?, ?, ?, ?, ?)',
  )
  readonly #ofStudy = this.handle.prepare<[number, number], JsonRow<EventRecord, 'detail'>>(
    `SELECT id, at_ms AS atMs, kind, trial_number AS trialNumber, detail
     FROM events WHERE study_id = ? AND id > ? ORDER BY id`,
  )
  readonly #lastId = this.handle
    .prepare<[number], number | null>('SELECT MAX(id) FROM events WHERE study_id = ?')
    .pluck()

  readonly #lastAtMs = this.handle
    .prepare<[number], number>(
      'SELECT at_ms FROM events WHERE study_id = ? ORDER BY id DESC LIMIT 1',
    )
    .pluck()

  /** 0 where there is none. */
  lastId(studyId: number): number {
    return this.#lastId.get(studyId) ?? 0
  }

  append(studyId: number, { kind, trialNumber, atMs, ...event }: NewEvent): EventRecord {
    const detail =
      kind === 'study.resumed' ? this.#withClock(studyId, event.detail, atMs) : event.detail
    const text = JSON.stringify(detail)
    const { lastInsertRowid } = this.#insert.run(studyId, atMs, kind, trialNumber, text)
    const id = Number(lastInsertRowid)
    return { id, atMs, kind, trialNumber, detail: decodeColumn('events.detail', text) }
  }

  /** Within a session no time runs back; between two it may, and then says so. */
  #withClock(studyId: number, detail: JsonObject, atMs: number): JsonObject {
    const backMs = (this.#lastAtMs.get(studyId) ?? atMs) - atMs
    return backMs > MAX_CORRECTION_MS ? { ...detail, clockMovedMs: -backMs } : detail
  }

  ofStudy(studyId: number, after = 0): EventRecord[] {
    return this.#ofStudy
      .all(studyId, after)
      .map(row => ({ ...row, detail: decodeColumn('events.detail', row.detail) }))
  }
}

/** The rows of `queued_points`: points that people want to be tried, in the order of their wish. */
export class QueuedPointTable extends Connected {
  readonly #insert = this.handle.prepare<[number, string, string]>(
    'INSERT INTO queued_points (study_id, parameters, origin) VALUES (?, ?, ?)',
  )
  readonly #waiting = this.handle.prepare<[number], JsonRow<QueuedPoint, 'parameters' | 'origin'>>(
    `SELECT id, parameters, origin FROM queued_points
     WHERE study_id = ? AND state = 'waiting' ORDER BY id`,
  )
  readonly #leave = this.handle.prepare<[string, number, number]>(
    `UPDATE queued_points SET state = ? WHERE id = ? AND study_id = ? AND state = 'waiting'`,
  )

  insert(studyId: number, parameters: Assignment, origin: QueuedPointOrigin): number {
    const text = encodeAssignment(parameters)
    return Number(this.#insert.run(studyId, text, JSON.stringify(origin)).lastInsertRowid)
  }

  /** Those that wait, first to last. */
  ofStudy(studyId: number): QueuedPoint[] {
    return this.#waiting.all(studyId).map(({ id, parameters, origin }) => ({
      id,
      parameters: decodeColumn('trials.parameters', parameters),
      origin: decodeColumn('queued_points.origin', origin),
    }))
  }

  /** @returns whether it was waiting */
  leave(studyId: number, id: number, state: 'taken' | 'withdrawn'): boolean {
    return this.#leave.run(state, id, studyId).changes > 0
  }
}
