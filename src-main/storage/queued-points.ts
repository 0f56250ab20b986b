import type { Database, Statement } from 'better-sqlite3'
import type { QueuedPoint, QueueOrigin } from '../contract/study.ts'
import type { Assignment } from '../contract/trial.ts'
import { decodeAssignment, decodeOrigin, encodeAssignment } from './json-columns.ts'

interface QueueRow {
  readonly id: number
  readonly parameters: string
  readonly origin: string
}

/** The rows of `queued_points`: points that people want to be tried, in the order of their wish. */
export class QueuedPointTable {
  readonly #insert: Statement<[number, string, string]>
  readonly #waiting: Statement<[number], QueueRow>
  readonly #leave: Statement<[string, number, number]>

  constructor(handle: Database) {
    this.#insert = handle.prepare(
      'INSERT INTO queued_points (study_id, parameters, origin) VALUES (?, ?, ?)',
    )
    this.#waiting = handle.prepare(
      `SELECT id, parameters, origin FROM queued_points
       WHERE study_id = ? AND state = 'waiting' ORDER BY id`,
    )
    this.#leave = handle.prepare(
      `UPDATE queued_points SET state = ? WHERE id = ? AND study_id = ? AND state = 'waiting'`,
    )
  }

  insert(studyId: number, parameters: Assignment, origin: QueueOrigin): number {
    const text = encodeAssignment(parameters)
    return Number(this.#insert.run(studyId, text, JSON.stringify(origin)).lastInsertRowid)
  }

  /** Those that wait, first to last. */
  ofStudy(studyId: number): QueuedPoint[] {
    return this.#waiting.all(studyId).map(({ id, parameters, origin }) => ({
      id,
      parameters: decodeAssignment(parameters),
      origin: decodeOrigin(origin),
    }))
  }

  /** @returns whether it was waiting */
  leave(studyId: number, id: number, state: 'taken' | 'withdrawn'): boolean {
    return this.#leave.run(state, id, studyId).changes > 0
  }
}
