import type { Database, Statement } from 'better-sqlite3'
import { factFromJson, factToJson } from '../contract/fact.ts'
import { AppError } from '../contract/errors.ts'
import type { EventKind, EventRecord } from '../contract/events.ts'
import type { JsonObject } from '../contract/json.ts'
import type { StudySpecification } from '../contract/study-specification.ts'
import type { StudyLabels, StudyRecord, StudyState } from '../contract/study.ts'
import {
  decodeDataset,
  decodeEnvironment,
  decodeLabels,
  decodeSpecification,
  decodeEventDetail,
} from './json-columns.ts'
import { StudyBin } from './study-bin.ts'
import type { NewStudy, StudyStateChange, NewEvent } from './study-store.ts'

interface StudyRow {
  readonly id: number
  readonly name: string
  readonly state: StudyState
  readonly reason: string | null
  readonly created_at_ms: number
  readonly elapsed_ms: number
  readonly environment: string
  readonly dataset: string | null
  readonly specification: string
  readonly source: string
  readonly labels: string
}

/** How many goals and constraints a study has. */
interface StudySizes {
  readonly goals: number
  readonly constraints: number
}

/** The rows of `studies`. Runs inside the caller's transaction. */
export class StudyTable {
  readonly #insert: Statement<unknown[]>
  readonly #all: Statement<[], StudyRow>
  readonly #byId: Statement<[number], StudyRow>
  readonly #idByName: Statement<[string], number>
  readonly #nameById: Statement<[number], string>
  readonly #sizesById: Statement<[number], StudySizes>
  readonly #setState: Statement<[string, string | null, number]>
  readonly #setDataset: Statement<[string, number]>
  readonly #addElapsed: Statement<[number, number]>
  readonly #setSpecification: Statement<[string, number]>
  readonly #setLabels: Statement<[string, number]>
  readonly #bin: StudyBin

  constructor(handle: Database) {
    this.#insert = handle.prepare(
      `INSERT INTO studies (name, state, created_at_ms, environment, specification, source)
       VALUES (?, 'created', ?, ?, ?, ?)`,
    )
    this.#all = handle.prepare('SELECT * FROM studies WHERE deleted_at_ms IS NULL ORDER BY id')
    this.#byId = handle.prepare('SELECT * FROM studies WHERE id = ? AND deleted_at_ms IS NULL')
    this.#idByName = handle
      .prepare<[string], number>('SELECT id FROM studies WHERE name = ?')
      .pluck()
    this.#nameById = handle
      .prepare<[number], string>('SELECT name FROM studies WHERE id = ? AND deleted_at_ms IS NULL')
      .pluck()
    // Studies from before there were constraints have no such key.
    this.#sizesById = handle.prepare(
      `SELECT json_array_length(specification, '$.goals') AS goals,
         coalesce(json_array_length(specification, '$.constraints'), 0) AS constraints
       FROM studies WHERE id = ?`,
    )
    this.#setState = handle.prepare('UPDATE studies SET state = ?, reason = ? WHERE id = ?')
    this.#setDataset = handle.prepare('UPDATE studies SET dataset = ? WHERE id = ?')
    this.#setSpecification = handle.prepare('UPDATE studies SET specification = ? WHERE id = ?')
    this.#setLabels = handle.prepare('UPDATE studies SET labels = ? WHERE id = ?')
    this.#bin = new StudyBin(handle)
    this.#addElapsed = handle.prepare('UPDATE studies SET elapsed_ms = elapsed_ms + ? WHERE id = ?')
  }

  /** @returns the id. */
  insert(study: NewStudy): number {
    const { name } = study.specification
    if (this.#idByName.get(name) !== undefined) throw new AppError('study.exists', { study: name })
    const { lastInsertRowid } = this.#insert.run(
      name,
      study.createdAtMs,
      JSON.stringify(study.environment),
      JSON.stringify(study.specification),
      study.source,
    )
    return Number(lastInsertRowid)
  }

  all(): StudyRecord[] {
    return this.#all.all().map(toRecord)
  }

  byId(id: number): StudyRecord {
    const row = this.#byId.get(id)
    if (row === undefined) throw new AppError('study.notFound', { study: String(id) })
    return toRecord(row)
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
    this.#setState.run(state, reason && factToJson(reason), studyId)
  }

  setDataset(id: number, dataset: JsonObject): void {
    this.name(id)
    this.#setDataset.run(JSON.stringify(dataset), id)
  }

  setSpecification(id: number, specification: StudySpecification): void {
    this.name(id)
    this.#setSpecification.run(JSON.stringify(specification), id)
  }

  setLabels(id: number, labels: StudyLabels): void {
    this.name(id)
    this.#setLabels.run(JSON.stringify(labels), id)
  }

  moveToBin(id: number, atMs: number): void {
    this.#bin.put(id, atMs)
  }

  /** @throws AppError `study.notFound` if it is not in the bin, `study.exists` if its name is taken */
  takeFromBin(id: number): void {
    const name = this.#bin.nameOf(id)
    if (name === undefined) throw new AppError('study.notFound', { study: String(id) })
    if (this.#idByName.get(name) !== undefined) throw new AppError('study.exists', { study: name })
    this.#bin.take(id, name)
  }

  emptyBin(): readonly number[] {
    return this.#bin.empty()
  }

  addElapsed(id: number, durationMs: number): void {
    this.name(id)
    this.#addElapsed.run(durationMs, id)
  }
}

function toRecord(row: StudyRow): StudyRecord {
  return {
    id: row.id,
    name: row.name,
    state: row.state,
    reason: row.reason === null ? null : factFromJson(row.reason),
    specification: decodeSpecification(row.specification),
    source: row.source,
    environment: decodeEnvironment(row.environment),
    dataset: row.dataset === null ? null : decodeDataset(row.dataset),
    createdAtMs: row.created_at_ms,
    elapsedMs: row.elapsed_ms,
    labels: decodeLabels(row.labels),
  }
}

interface EventRow {
  readonly id: number
  readonly at_ms: number
  readonly kind: EventKind
  readonly trial_number: number | null
  readonly detail: string
}

/** The rows of `events`: written once, never changed. */
export class EventTable {
  readonly #insert: Statement<[number, number, string, number | null, string]>
  readonly #ofStudy: Statement<[number], EventRow>
  readonly #lastId: Statement<[number], number | null>

  constructor(handle: Database) {
    this.#insert = handle.prepare(
      'INSERT INTO events (study_id, at_ms, kind, trial_number, detail) VALUES (?, ?, ?, ?, ?)',
    )
    this.#ofStudy = handle.prepare(
      'SELECT id, at_ms, kind, trial_number, detail FROM events WHERE study_id = ? ORDER BY id',
    )
    this.#lastId = handle
      .prepare<[number], number | null>('SELECT MAX(id) FROM events WHERE study_id = ?')
      .pluck()
  }

  /** 0 where there is none. */
  lastId(studyId: number): number {
    return this.#lastId.get(studyId) ?? 0
  }

  append(studyId: number, event: NewEvent): EventRecord {
    const detail = JSON.stringify(event.detail)
    const { lastInsertRowid } = this.#insert.run(
      studyId,
      event.atMs,
      event.kind,
      event.trialNumber,
      detail,
    )
    return {
      id: Number(lastInsertRowid),
      atMs: event.atMs,
      kind: event.kind,
      trialNumber: event.trialNumber,
      detail: decodeEventDetail(detail),
    }
  }

  ofStudy(studyId: number): EventRecord[] {
    return this.#ofStudy.all(studyId).map(row => ({
      id: row.id,
      atMs: row.at_ms,
      kind: row.kind,
      trialNumber: row.trial_number,
      detail: decodeEventDetail(row.detail),
    }))
  }
}
