import type { Database, Statement } from 'better-sqlite3'
import type { CheckpointRecord, SavedCheckpoint } from '../contract/checkpoint.ts'

/** The rows of `checkpoints`: what trainings saved and nobody has removed. */
export class CheckpointTable {
  readonly #put: Statement<unknown[]>
  readonly #remove: Statement<[string, number]>
  readonly #ofStudy: Statement<[number], CheckpointRecord>
  readonly #ofTrial: Statement<[number, number], CheckpointRecord>

  constructor(handle: Database) {
    this.#put = handle.prepare(
      `INSERT INTO checkpoints (trial_id, step, batch, path, bytes, sha256, saved_at_ms)
       VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (trial_id, step, batch) DO UPDATE SET path = excluded.path,
         bytes = excluded.bytes, sha256 = excluded.sha256, saved_at_ms = excluded.saved_at_ms`,
    )
    this.#remove = handle.prepare(
      `DELETE FROM checkpoints
       WHERE path = ? AND trial_id IN (SELECT id FROM trials WHERE study_id = ?)`,
    )
    const columns = `SELECT trials.number AS trialNumber, c.step, c.batch, c.path, c.bytes, c.sha256,
        c.saved_at_ms AS savedAtMs
      FROM trials JOIN checkpoints AS c ON c.trial_id = trials.id WHERE trials.study_id = ?`
    this.#ofStudy = handle.prepare(`${columns} ORDER BY trials.number, c.step, c.batch`)
    this.#ofTrial = handle.prepare(`${columns} AND trials.number = ? ORDER BY c.step, c.batch`)
  }

  /** Another attempt may save at the same place again: the later one stays. */
  put(trialId: number, checkpoint: SavedCheckpoint, atMs: number): void {
    const { step, batch, path, bytes, sha256 } = checkpoint
    this.#put.run(trialId, step, batch, path, bytes, sha256, atMs)
  }

  remove(studyId: number, path: string): void {
    this.#remove.run(path, studyId)
  }

  /** By trial and place. */
  ofStudy(studyId: number): CheckpointRecord[] {
    return this.#ofStudy.all(studyId)
  }

  /** By place. */
  ofTrial(studyId: number, trialNumber: number): CheckpointRecord[] {
    return this.#ofTrial.all(studyId, trialNumber)
  }
}
