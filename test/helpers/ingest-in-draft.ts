import type { DatasetArrayData } from '../../src-main/core/data/dataset.ts'
import type { DatasetDraft, NewDataset } from '../../src-main/datasets/dataset-draft.ts'
import { readPreparedDataset } from '../../src-main/datasets/read-prepared.ts'
import { storePrepared } from '../../src-main/datasets/prepared-store.ts'

/** A data set as a reader makes it, with its arrays as they were stored. */
export async function ingestInDraft(
  folder: string,
  make: (draft: DatasetDraft) => Promise<NewDataset>,
): Promise<Omit<NewDataset, 'arrays'> & { arrays: ReadArray[] }> {
  const stored = await storePrepared(folder, 'data', 'a'.repeat(64), make)
  const { manifest, arrays } = await readPreparedDataset(stored.directory)
  return {
    kind: manifest.kind,
    properties: manifest.properties,
    schema: manifest.schema,
    arrays: manifest.arrays.map(({ name, shape }) => ({
      name,
      shape,
      data: arrays[name] ?? new Uint8Array(),
    })),
  }
}

interface ReadArray {
  readonly name: string
  readonly shape: readonly number[]
  readonly data: DatasetArrayData
}
