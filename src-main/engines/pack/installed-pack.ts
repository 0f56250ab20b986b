import { existsSync } from 'node:fs'
import path from 'node:path'
import type { PackName } from '../../core/machine/engines/registry.ts'
import { enginesFolder } from '../tensorflow/pack-location.ts'
import { type PackManifest, readManifest } from './pack-manifest.ts'

/** The installed pack; null if there is none. @throws AppError `file.unreadable` */
export function installedPack(pack: PackName): { folder: string; manifest: PackManifest } | null {
  const folder = path.join(enginesFolder(), pack)
  return existsSync(folder) ? { folder, manifest: readManifest(folder) } : null
}
