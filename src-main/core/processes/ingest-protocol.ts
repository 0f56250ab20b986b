import type { ClassFileKind } from '../data/class-gallery.ts'
import type { ClassFolders } from '../data/class-folders.ts'
import type { ColumnSettings } from '../data/column-format.ts'
import type { AudioData, ImageData, TableData, TextData } from '../data/data-settings.ts'
import type { RowParts } from '../data/data-rows.ts'
import type { DatasetOrigin } from '../data/dataset-registry.ts'
import type { DatasetFinding, DatasetManifest } from '../data/dataset.ts'
import type { TableFormat } from '../data/table-format.ts'

/** Names of the folders in which data sets come into being; nothing else in the cache has such a name. */
export const draftFolder = /\.temporary$/

/** End of the name of such a folder of an ingest process, by which main finds what a killed one left behind. */
export function draftEnding(pid: number): string {
  // eslint-disable-next-line files/file-operations -- two processes agree on this name
  return `.${pid}.temporary`
}

/**
 * The data to parse, as the study file says it. All paths are absolute: main has resolved them against
 * the study's folder. The sizes of the splits are checked, not stored.
 */
export type IngestSource =
  | { readonly kind: 'image'; readonly data: ImageData }
  | { readonly kind: 'table'; readonly data: TableData }
  | { readonly kind: 'audio'; readonly data: AudioData }
  | { readonly kind: 'text'; readonly data: TextData }

/** A table that is only looked at, and how it is read. */
export interface PreviewSource extends TableFormat {
  /** Absolute path. */
  readonly file: string
  /** Words for "no value". */
  readonly missing: readonly string[]
  /** Remarks about columns, by name. */
  readonly columns?: ReadonlyMap<string, ColumnSettings>
  /** Absolute path of a file with more rows, which come last. */
  readonly testFile?: string | undefined
}

/** Asks for the classes of a folder, or of a ZIP file, before a study is made over it. Paths are absolute. */
export interface ClassesRequest {
  readonly kind: ClassFileKind
  readonly source: ClassFolders
}

/** Some rows of a table as they are written in its file. */
export interface SourceRows {
  readonly header: readonly string[]
  /** `row` counts the rows of the prepared data from 0; `line` is that of the file. */
  readonly rows: readonly {
    readonly row: number
    readonly line: number
    readonly fields: readonly string[]
  }[]
}

export interface IngestRequest {
  readonly source: IngestSource
  /** Folder that holds the prepared data sets, one folder each; made if absent. */
  readonly cacheDirectory: string
  /** Of the study: it draws the split that is looked through for leaks. */
  readonly seed: number
}

export interface IngestedData {
  readonly directory: string
  readonly manifest: DatasetManifest
  /** Things that look wrong, though the data can be trained on. */
  readonly findings: readonly DatasetFinding[]
  /** The same of a study with folds, whose training and validation rows are one part. */
  readonly foldedFindings: readonly DatasetFinding[]
  /** Rows of the split without folds. */
  readonly parts: RowParts
  readonly origin: DatasetOrigin
}
