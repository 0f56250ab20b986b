import { ownValue } from '../values/named-values.ts'
import { type ColumnFormat, columnFormatSchema, plainNumber } from './column-format.ts'
import type { DatasetFinding, DatasetManifest } from './dataset.ts'
import type { JsonObject, JsonValue } from '../values/json.ts'
import type { StudyState } from '../study/study.ts'

/** A file or a folder that data were read from, as it was then. */
export interface DatasetSource {
  /** Absolute. */
  readonly path: string
  /** 1 for a file. */
  readonly files: number
  /** Of all files. */
  readonly bytes: number
  /** Of the newest file. */
  readonly modifiedAtMs: number
  /** It came with a bundle: nobody has read this path here, and it opens nothing. */
  readonly isElsewhere?: true | undefined
}

export type DatasetFormat = 'csv' | 'excel' | 'parquet' | 'npy' | 'idx' | 'folder' | 'zip'

/** Where data came from and how they were read. */
export interface DatasetOrigin {
  readonly format: DatasetFormat
  readonly sources: readonly DatasetSource[]
  /** The study file's `data` without the sizes of the splits; paths are absolute. */
  readonly settings: JsonObject
}

/** Knowledge of the registry about data that were prepared once. */
export interface NewDatasetEntry extends Omit<DatasetOrigin, 'format'> {
  /** Made of content and settings; name of the folder in the cache. */
  readonly key: string
  readonly contentHash: string
  readonly kind: DatasetManifest['kind']
  /** Null if the data were prepared before there was a registry. */
  readonly format: DatasetFormat | null
  /** Rows of a table, or images, recordings, texts; null if unknown. */
  readonly rows: number | null
  /** Null without classes. */
  readonly classes: number | null
  /** Of all prepared arrays; null if unknown. */
  readonly bytes: number | null
  readonly arrays: readonly { readonly name: string; readonly shape: readonly number[] }[]
  /** Columns of a table that are used. */
  readonly columns: readonly {
    readonly name: string
    readonly kind: 'numeric' | 'categorical'
    /** How its texts became numbers; absent for a category whose spellings are not merged, and if the data were prepared before this was kept. */
    readonly format?: ColumnFormat
  }[]
  readonly properties: JsonObject
  /** Of the last preparation. */
  readonly findings: readonly DatasetFinding[]
}

/** An entry of the registry. */
export interface DatasetEntry extends NewDatasetEntry {
  readonly firstSeenAtMs: number
  readonly lastUsedAtMs: number
  /** Studies over the data, those in the bin too, by id. */
  readonly studies: readonly DatasetUser[]
}

export interface DatasetUser {
  readonly id: number
  readonly name: string
  readonly state: StudyState
  readonly inBin: boolean
}

/** Key of an entry that was made from a study of a time without registry; the next preparation gives the real one. */
export function unpreparedKey(kind: DatasetManifest['kind'], contentHash: string): string {
  return `unprepared:${kind}:${contentHash}`
}

/** A manifest's words about its data, for the registry. */
export function describeManifest(manifest: DatasetManifest) {
  const { kind, contentHash, properties, arrays } = manifest
  const { findings: _, ...otherProperties } = properties
  return {
    kind,
    contentHash,
    rows: ['rows', 'images', 'recordings', 'texts']
      .map(name => countOf(ownValue(properties, name)))
      .reduce((first, count) => first ?? count, null),
    classes: countOf(properties['classes']),
    bytes: arrays.reduce((sum, { bytes }) => sum + bytes, 0),
    arrays: arrays.map(({ name, shape }) => ({ name, shape: [...shape] })),
    columns: columnsOf(manifest),
    properties: otherProperties,
  }
}

function countOf(value: JsonValue | undefined): number | null {
  return typeof value === 'number' ? value : null
}

function columnsOf({ schema }: DatasetManifest): NewDatasetEntry['columns'] {
  return (['numeric', 'categorical'] as const).flatMap(kind => {
    const columns = schema[kind]
    if (!Array.isArray(columns)) return []
    return (columns as readonly JsonValue[]).flatMap(column => {
      if (typeof column !== 'object' || column === null || !('name' in column)) return []
      const { name, format = kind === 'numeric' ? { ...plainNumber } : undefined } = column
      if (typeof name !== 'string') return []
      const read = columnFormatSchema.safeParse(format).data
      return [{ name, kind, ...(read === undefined ? {} : { format: read }) }]
    })
  })
}
