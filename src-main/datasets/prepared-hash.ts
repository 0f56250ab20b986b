import { createHash } from 'node:crypto'
import type { DatasetManifest } from '../core/data/dataset.ts'

/** The same for data that were read alike from the same content, whatever machine they lie on. */
export function preparedHash(manifest: DatasetManifest): string {
  return createHash('sha256').update(JSON.stringify(manifest)).digest('hex')
}
