import type { Database } from 'better-sqlite3'
import type { ArtifactRecord, WinnerRecord } from '../../core/study/study.ts'
import { decodeColumn, encodeMetricValues } from './json-columns.ts'
import { StoredFiles } from './stored-files.ts'
import { Connected, type JsonRow } from './table.ts'

/** A file of a trial that has ended. */
export type NewArtifact = Omit<ArtifactRecord, 'trialNumber'>
type Row = Omit<ArtifactRecord, 'media'> & { readonly media: string | null }

/** The rows of `artifacts`: files that belong to trials. */
export class ArtifactTable extends Connected {
  readonly #files: StoredFiles
  readonly #insert = this.handle.prepare<
    [Omit<NewArtifact, 'media'> & { readonly trialId: number; readonly media: string | null }]
  >(
    `INSERT INTO artifacts (trial_id, kind, path, bytes, sha256, media)
     VALUES (:trialId, :kind, :path, :bytes, :sha256, :media)`,
  )
  readonly remove = this.handle.prepare<[trialId: number, kind: string]>(
    'DELETE FROM artifacts WHERE trial_id = ? AND kind = ?',
  )
  readonly #ofStudy = this.handle.prepare<[studyId: number], Row>(
    `SELECT trials.number AS trialNumber, a.kind, a.path, a.bytes, a.sha256, a.media
     FROM trials JOIN artifacts AS a ON a.trial_id = trials.id
     WHERE trials.study_id = ? ORDER BY trials.number, a.kind`,
  )

  /** @param root the folder that paths are relative to; null keeps them as they are */
  constructor(handle: Database, root: string | null) {
    super(handle)
    this.#files = new StoredFiles('artifacts.path', root)
  }

  insert(trialId: number, { media, ...artifact }: NewArtifact): void {
    const path = this.#files.toStored(artifact.path)
    const text = media === undefined ? null : JSON.stringify(media)
    this.#insert.run({ ...artifact, trialId, path, media: text })
  }

  ofStudy(studyId: number): ArtifactRecord[] {
    return this.#ofStudy.all(studyId).map(({ media, ...row }) => ({
      ...row,
      path: this.#files.toFile(row.path),
      ...(media === null ? {} : { media: decodeColumn('artifacts.media', media) }),
    }))
  }
}

/** Without what is counted over all studies. */
export type StoredWinner = Omit<WinnerRecord, 'looks'>

/** The rows of `winners`: at most one per study. */
export class WinnerTable extends Connected {
  // A study that went on may find a better trial; the event rows keep what was tested before.
  readonly #upsert = this.handle.prepare<[number, number, number, string]>(
    `INSERT INTO winners (study_id, trial_id, evaluated_at_ms, metrics) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET trial_id = excluded.trial_id,
       evaluated_at_ms = excluded.evaluated_at_ms, metrics = excluded.metrics`,
  )
  readonly #ofStudy = this.handle.prepare<[number], JsonRow<StoredWinner, 'metrics'>>(
    `SELECT trials.number AS trialNumber, winners.evaluated_at_ms AS evaluatedAtMs, winners.metrics
     FROM winners JOIN trials ON trials.id = winners.trial_id WHERE winners.study_id = ?`,
  )

  set(studyId: number, trialId: number, winner: StoredWinner): void {
    const metrics = encodeMetricValues(winner.metrics)
    this.#upsert.run(studyId, trialId, winner.evaluatedAtMs, metrics)
  }

  ofStudy(studyId: number): StoredWinner | null {
    const row = this.#ofStudy.get(studyId)
    return row === undefined
      ? null
      : { ...row, metrics: decodeColumn('winners.metrics', row.metrics) }
  }
}
