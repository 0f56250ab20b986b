import path from 'node:path'
import { describeManifest } from '../core/data/dataset-registry.ts'
import type { IngestedData } from '../core/processes/ingest-protocol.ts'
import type { DatasetUse } from '../platform/storage/datasets.ts'
import type { DatasetStore } from '../platform/storage/study-store.ts'

/** Enters data that were prepared, or found prepared, in the registry. */
export function registerPrepared(
  registry: DatasetStore,
  { manifest, findings, directory, origin }: IngestedData,
  use: DatasetUse,
): void {
  const key = path.basename(directory)
  registry.registerDataset({ key, ...describeManifest(manifest), ...origin, findings }, use)
}
