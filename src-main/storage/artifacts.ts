import type { Database, Statement } from 'better-sqlite3'
import type { ArtifactRecord } from '../contract/study.ts'

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
