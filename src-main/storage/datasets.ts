import type { Database, Statement } from 'better-sqlite3'
import {
  unpreparedKey,
  type DatasetEntry,
  type DatasetFormat,
  type DatasetUser,
  type NewDatasetEntry,
} from '../contract/dataset-registry.ts'
import type { DatasetManifest } from '../contract/dataset.ts'
import { AppError } from '../contract/errors.ts'
import type { StudyState } from '../contract/study.ts'
import type { DatasetUse } from './dataset-store.ts'
import { decodeDatasetColumns, type DatasetColumns } from './json-columns.ts'

type JsonColumns = { readonly [Name in keyof DatasetColumns]: string }

interface DatasetRow extends JsonColumns {
  readonly id: number
  readonly key: string
  readonly content_hash: string
  readonly kind: DatasetManifest['kind']
  readonly format: DatasetFormat | null
  readonly row_count: number | null
  readonly class_count: number | null
  readonly bytes: number | null
  readonly first_seen_at_ms: number
  readonly last_used_at_ms: number
}

interface UserRow {
  readonly dataset_id: number
  readonly id: number
  readonly name: string
  readonly state: StudyState
  readonly in_bin: 0 | 1
}

/** The rows of `datasets`, and which study refers to which. Runs inside the caller's transaction. */
export class DatasetTable {
  readonly #idByKey: Statement<[string], number>
  readonly #adopt: Statement<[string, string]>
  readonly #put: Statement<unknown[]>
  readonly #refer: Statement<[number, number]>
  readonly #remove: Statement<[string]>
  readonly #all: Statement<[], DatasetRow>
  readonly #users: Statement<[], UserRow>

  constructor(handle: Database) {
    this.#idByKey = handle
      .prepare<[string], number>('SELECT id FROM datasets WHERE key = ?')
      .pluck()
    this.#adopt = handle.prepare('UPDATE datasets SET key = ? WHERE key = ?')
    this.#put = handle.prepare(
      `INSERT INTO datasets (key, content_hash, kind, format, row_count, class_count, bytes, sources,
         settings, arrays, columns, facts, findings, first_seen_at_ms, last_used_at_ms)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (key) DO UPDATE SET format = excluded.format, row_count = excluded.row_count,
         class_count = excluded.class_count, bytes = excluded.bytes, sources = excluded.sources,
         settings = excluded.settings, arrays = excluded.arrays, columns = excluded.columns,
         facts = excluded.facts, findings = excluded.findings,
         last_used_at_ms = excluded.last_used_at_ms`,
    )
    this.#refer = handle.prepare('UPDATE studies SET dataset_id = ? WHERE id = ?')
    this.#remove = handle.prepare('DELETE FROM datasets WHERE key = ?')
    this.#all = handle.prepare('SELECT * FROM datasets ORDER BY last_used_at_ms DESC, id DESC')
    // In the bin a study has no name of its own.
    this.#users = handle.prepare(
      `SELECT dataset_id, id, json_extract(specification, '$.name') AS name, state,
         deleted_at_ms IS NOT NULL AS in_bin
       FROM studies WHERE dataset_id IS NOT NULL ORDER BY id`,
    )
  }

  put(dataset: NewDatasetEntry, { atMs, studyId }: DatasetUse): void {
    const { key, contentHash, kind } = dataset
    if (this.#idByKey.get(key) === undefined) this.#adopt.run(key, unpreparedKey(kind, contentHash))
    this.#put.run(
      key,
      contentHash,
      kind,
      dataset.format,
      dataset.rows,
      dataset.classes,
      dataset.bytes,
      JSON.stringify(dataset.sources),
      JSON.stringify(dataset.settings),
      JSON.stringify(dataset.arrays),
      JSON.stringify(dataset.columns),
      JSON.stringify(dataset.facts),
      JSON.stringify(dataset.findings),
      atMs,
      atMs,
    )
    const id = this.#idByKey.get(key)
    if (studyId !== undefined && id !== undefined) this.#refer.run(id, studyId)
  }

  /** @throws AppError `dataset.notFound` */
  one(key: string): DatasetEntry {
    const entry = this.all().find(dataset => dataset.key === key)
    if (entry === undefined) throw new AppError('dataset.notFound', { dataset: key })
    return entry
  }

  all(): DatasetEntry[] {
    const users = Map.groupBy(this.#users.all(), ({ dataset_id }) => dataset_id)
    return this.#all.all().map(row => toEntry(row, (users.get(row.id) ?? []).map(toUser)))
  }

  remove(key: string): void {
    this.#remove.run(key)
  }
}

function toUser({ id, name, state, in_bin }: UserRow): DatasetUser {
  return { id, name, state, inBin: in_bin === 1 }
}

function toEntry(row: DatasetRow, studies: readonly DatasetUser[]): DatasetEntry {
  return {
    key: row.key,
    contentHash: row.content_hash,
    kind: row.kind,
    format: row.format,
    rows: row.row_count,
    classes: row.class_count,
    bytes: row.bytes,
    ...decodeDatasetColumns(row),
    firstSeenAtMs: row.first_seen_at_ms,
    lastUsedAtMs: row.last_used_at_ms,
    studies,
  }
}
