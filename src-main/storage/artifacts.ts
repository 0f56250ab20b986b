import type { Database, Statement } from 'better-sqlite3'
import type { ArtifactRecord, WinnerRecord } from '../contract/study.ts'
import { decodeMetricValues, encodeMetricValues } from './json-columns.ts'

/** The rows of `artifacts`: files that belong to trials. */
export class ArtifactTable {
  readonly #insert: Statement<[number, string, string, number, string]>
  readonly #remove: Statement<[number]>
  readonly #ofStudy: Statement<[number], ArtifactRecord>

  constructor(handle: Database) {
    this.#insert = handle.prepare(
      'INSERT INTO artifacts (trial_id, kind, path, bytes, sha256) VALUES (?, ?, ?, ?, ?)',
    )
    this.#remove = handle.prepare('DELETE FROM artifacts WHERE trial_id = ?')
    this.#ofStudy = handle.prepare(
      `SELECT trials.number AS trialNumber, a.kind, a.path, a.bytes, a.sha256
       FROM trials JOIN artifacts AS a ON a.trial_id = trials.id
       WHERE trials.study_id = ? ORDER BY trials.number, a.kind`,
    )
  }

  insert(trialId: number, artifact: Omit<ArtifactRecord, 'trialNumber'>): void {
    this.#insert.run(trialId, artifact.kind, artifact.path, artifact.bytes, artifact.sha256)
  }

  remove(trialId: number): void {
    this.#remove.run(trialId)
  }

  ofStudy(studyId: number): ArtifactRecord[] {
    return this.#ofStudy.all(studyId)
  }
}

interface WinnerRow {
  readonly number: number
  readonly evaluated_at_ms: number
  readonly metrics: string
}

/** The rows of `winners`: at most one per study. */
export class WinnerTable {
  readonly #upsert: Statement<[number, number, number, string]>
  readonly #ofStudy: Statement<[number], WinnerRow>

  constructor(handle: Database) {
    // A study that went on may find a better trial; the event rows keep what was tested before.
    this.#upsert = handle.prepare(
      `INSERT INTO winners (study_id, trial_id, evaluated_at_ms, metrics) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET trial_id = excluded.trial_id,
         evaluated_at_ms = excluded.evaluated_at_ms, metrics = excluded.metrics`,
    )
    this.#ofStudy = handle.prepare(
      `SELECT trials.number, winners.evaluated_at_ms, winners.metrics
       FROM winners JOIN trials ON trials.id = winners.trial_id WHERE winners.study_id = ?`,
    )
  }

  set(studyId: number, trialId: number, winner: WinnerRecord): void {
    const metrics = encodeMetricValues(winner.metrics)
    this.#upsert.run(studyId, trialId, winner.evaluatedAtMs, metrics)
  }

  ofStudy(studyId: number): WinnerRecord | null {
    const row = this.#ofStudy.get(studyId)
    if (row === undefined) return null
    return {
      trialNumber: row.number,
      evaluatedAtMs: row.evaluated_at_ms,
      metrics: decodeMetricValues(row.metrics),
    }
  }
}
