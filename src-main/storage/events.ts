import type { Database, Statement } from 'better-sqlite3'
import type { EventKind, EventRecord } from '../contract/events.ts'
import { decodeEventDetail } from './json-columns.ts'
import type { NewEvent } from './study-store.ts'

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
