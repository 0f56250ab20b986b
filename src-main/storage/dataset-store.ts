import type { DatasetEntry, NewDatasetEntry } from '../contract/dataset-registry.ts'

/** The registry of data sets: entries stay when the prepared arrays go. Each call is one transaction. */
export interface DatasetStore extends DatasetReader {
  /**
   * Enters data that were prepared, or notes that they were used again: what is known of them is replaced by what was
   * found now, but for the time when they were first seen.
   */
  registerDataset(dataset: NewDatasetEntry, use: DatasetUse): DatasetEntry
  /**
   * Forgets an entry; the caller removes its arrays.
   * @throws AppError `dataset.notFound`; `dataset.inUse` while studies refer to it, in the bin too
   */
  removeDataset(key: string): void
}

export interface DatasetReader {
  /** The one that was used last first. */
  datasets(): DatasetEntry[]
}

export interface DatasetUse {
  readonly atMs: number
  /** The study that the data are for; it refers to the entry from now on. */
  readonly studyId?: number
}
