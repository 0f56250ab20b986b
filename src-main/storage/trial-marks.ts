import type { Database, Statement } from 'better-sqlite3'
import type { QueuedPoint, QueueOrigin } from '../contract/study.ts'
import type { Assignment } from '../contract/trial.ts'
import { decodeAssignment, decodeOrigin, encodeAssignment } from './json-columns.ts'

/** What a person put on a trial. */
export interface TrialMark {
  readonly excluded?: true
  readonly note?: string
  /** It waits for a person. */
  readonly suspended?: true
}

interface MarkRow {
  readonly trial_id: number
  readonly excluded: 0 | 1
  readonly note: string
  readonly suspended: 0 | 1
}

/** The rows of `trial_marks`: at most one per trial, finished or not. */
export class TrialMarkTable {
  readonly #exclude: Statement<[number, number]>
  readonly #note: Statement<[number, string]>
  readonly #suspend: Statement<[number, number]>
  readonly #ofTrial: Statement<[number], MarkRow>
  readonly #ofStudy: Statement<[number], MarkRow>
  readonly #excluded: Statement<[number], number>

  constructor(handle: Database) {
    const upsert = (column: string): string =>
      `INSERT INTO trial_marks (trial_id, ${column}) VALUES (?, ?)
       ON CONFLICT DO UPDATE SET ${column} = excluded.${column}`
    this.#exclude = handle.prepare(upsert('excluded'))
    this.#note = handle.prepare(upsert('note'))
    this.#suspend = handle.prepare(upsert('suspended'))
    this.#ofTrial = handle.prepare('SELECT * FROM trial_marks WHERE trial_id = ?')
    this.#ofStudy = handle.prepare(
      `SELECT trial_marks.* FROM trials JOIN trial_marks ON trial_marks.trial_id = trials.id
       WHERE trials.study_id = ?`,
    )
    this.#excluded = handle
      .prepare<[number], number>(
        `SELECT trials.number FROM trials JOIN trial_marks ON trial_marks.trial_id = trials.id
         WHERE trials.study_id = ? AND trial_marks.excluded = 1 ORDER BY trials.number`,
      )
      .pluck()
  }

  /** Numbers of the trials of a study that are out of the search. */
  excludedNumbers(studyId: number): number[] {
    return this.#excluded.all(studyId)
  }

  setExcluded(trialId: number, excluded: boolean): void {
    this.#exclude.run(trialId, excluded ? 1 : 0)
  }

  setNote(trialId: number, note: string): void {
    this.#note.run(trialId, note)
  }

  setSuspended(trialId: number, suspended: boolean): void {
    this.#suspend.run(trialId, suspended ? 1 : 0)
  }

  ofTrial(trialId: number): TrialMark {
    const row = this.#ofTrial.get(trialId)
    return row === undefined ? {} : toMark(row)
  }

  /** By id of the trial; trials without marks are not in it. */
  ofStudy(studyId: number): Map<number, TrialMark> {
    return new Map(this.#ofStudy.all(studyId).map(row => [row.trial_id, toMark(row)]))
  }
}

function toMark({ excluded, note, suspended }: MarkRow): TrialMark {
  return {
    ...(excluded === 1 ? { excluded: true } : {}),
    ...(note === '' ? {} : { note }),
    ...(suspended === 1 ? { suspended: true } : {}),
  }
}

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
