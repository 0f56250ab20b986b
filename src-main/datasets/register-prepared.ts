import path from 'node:path'
import { describeManifest } from '../contract/dataset-registry.ts'
import type { PreparedData } from './ingest-client.ts'
import type { DatasetStore, DatasetUse } from '../storage/dataset-store.ts'

/** Enters data that were prepared, or found prepared, in the registry. */
export function registerPrepared(
  registry: DatasetStore,
  { manifest, findings, directory, origin }: PreparedData,
  use: DatasetUse,
): void {
  const key = path.basename(directory)
  registry.registerDataset({ key, ...describeManifest(manifest), ...origin, findings }, use)
}
