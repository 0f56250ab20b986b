import {
  unpreparedKey,
  type DatasetEntry,
  type DatasetUser,
  type NewDatasetEntry,
} from '../../core/data/dataset-registry.ts'
import { AppError } from '../../core/errors/errors.ts'
import { decodeColumn } from './json-columns.ts'
import { Connected, type JsonRow } from './table.ts'

/** Columns that hold JSON. */
const jsonColumns = ['sources', 'settings', 'arrays', 'columns', 'properties', 'findings'] as const
type JsonColumn = (typeof jsonColumns)[number]

type DatasetRow = JsonRow<Omit<DatasetEntry, 'studies'>, JsonColumn> & { readonly id: number }

interface UserRow extends Omit<DatasetUser, 'inBin'> {
  readonly dataset_id: number
  readonly in_bin: 0 | 1
}

/** When data were prepared or used again. */
export interface DatasetUse {
  readonly atMs: number
  /** The study that the data are for; it refers to the entry from now on. */
  readonly studyId?: number
}

/** The rows of `datasets`, and which study refers to which. */
export class DatasetTable extends Connected {
  readonly #idByKey = this.handle
    .prepare<[string], number>('SELECT id FROM datasets WHERE key = ?')
    .pluck()
  readonly #adopt = this.handle.prepare<[string, string]>(
    'UPDATE datasets SET key = ? WHERE key = ?',
  )
  readonly #put = this.handle.prepare(
    `INSERT INTO datasets (key, content_hash, kind, format, row_count, class_count, bytes,
       first_seen_at_ms, last_used_at_ms, ${jsonColumns.join()})
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (key) DO UPDATE SET ${[
       'format',
       'row_count',
       'class_count',
       'bytes',
       'last_used_at_ms',
       ...jsonColumns,
     ]
       .map(name => `${name} = excluded.${name}`)
       .join()}`,
  )
  readonly #refer = this.handle.prepare<[number, number]>(
    'UPDATE studies SET dataset_id = ? WHERE id = ?',
  )
  readonly #all = this.handle.prepare<[], DatasetRow>(
    `SELECT id, key, content_hash AS contentHash, kind, format, row_count AS rows,
       class_count AS classes, bytes, ${jsonColumns.join()}, first_seen_at_ms AS firstSeenAtMs,
       last_used_at_ms AS lastUsedAtMs
     FROM datasets ORDER BY last_used_at_ms DESC, id DESC`,
  )
  // In the bin a study has no name of its own.
  readonly #users = this.handle.prepare<[], UserRow>(
    `SELECT dataset_id, id, json_extract(specification, '$.name') AS name, state,
       deleted_at_ms IS NOT NULL AS in_bin
     FROM studies WHERE dataset_id IS NOT NULL ORDER BY id`,
  )
  readonly remove = this.handle.prepare<[key: string]>('DELETE FROM datasets WHERE key = ?')

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
      atMs,
      atMs,
      ...jsonColumns.map(name => JSON.stringify(dataset[name])),
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
}

function toUser({ id, name, state, in_bin }: UserRow): DatasetUser {
  return { id, name, state, inBin: in_bin === 1 }
}

function toEntry({ id: _, ...row }: DatasetRow, studies: readonly DatasetUser[]): DatasetEntry {
  const decoded = jsonColumns.map(name => [name, decodeColumn(`datasets.${name}`, row[name])])
  return {
    ...row,
    ...(Object.fromEntries(decoded) as Pick<DatasetEntry, JsonColumn>),
    studies,
  }
}
