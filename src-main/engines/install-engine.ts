import { existsSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import type { EngineCheck } from '../core/machine/engine-check.ts'
import {
  bestPortableEngine,
  isBoosterPack,
  type PackName,
} from '../core/machine/engines/registry.ts'
import { AppError, deserializeError } from '../core/errors/errors.ts'
import { removeEntry } from '../platform/files/remove.ts'
import { stagePack, type UnpackProgress } from './pack/install-pack.ts'
import { removeOwnLeftovers } from './pack/leftovers.ts'
import { obtainWheels } from './pack/obtain-wheels.ts'
import type { PackManifest } from './pack/pack-manifest.ts'
import { enginesFolder } from './tensorflow/pack-location.ts'
import { checkEngine } from './check-engines.ts'

export interface InstallEngineRequest {
  readonly pack: PackName
  /** Wheel files that the user brings; null: the machine's pip fetches them. */
  readonly wheels: readonly string[] | null
  readonly gpu: boolean
  readonly now: () => Date
  readonly onDownload?: (text: string) => void
  readonly onUnpack?: (progress: UnpackProgress) => void
  /** Unpacked; the conformance cases run now. */
  readonly onCheck?: () => void
}

export interface InstalledEngine {
  readonly folder: string
  readonly manifest: PackManifest
  readonly check: EngineCheck & { readonly ok: true }
  /** The engine that would be taken in place of TensorFlow, for comparison; null for a library of trees. */
  readonly wasm: EngineCheck | null
}

/**
 * Installs an engine that comes as a pack: fetches or takes wheels, unpacks what is needed, tries it out in a
 * process of its own and only then puts it in its place.
 * @throws AppError `pack.refused`, `pack.downloadFailed`, `file.notFound`, `file.unwritable`,
 *   `engine.unavailable`, `engine.nonConforming`; what was installed before stays
 */
export async function installEngine(request: InstallEngineRequest): Promise<InstalledEngine> {
  const { pack, wheels, gpu, now, onDownload, onUnpack, onCheck } = request
  const engines = enginesFolder()
  const target = { platform: process.platform, architecture: process.arch }
  const obtained =
    wheels !== null
      ? { files: wheels, discard: async () => undefined }
      : await obtainWheels({
          pack,
          engines,
          gpu,
          target,
          ...(onDownload === undefined ? {} : { onOutput: onDownload }),
        })
  try {
    const staged = await stagePack({
      pack,
      wheels: obtained.files,
      engines,
      gpu,
      target,
      now,
      ...(onUnpack === undefined ? {} : { onProgress: onUnpack }),
    })
    try {
      onCheck?.()
      const check = requireConforming(pack, await checkEngine(pack, staged.engines))
      await staged.commit()
      const wasm = isBoosterPack(pack) ? null : await checkEngine(bestPortableEngine)
      return { folder: path.join(engines, pack), manifest: staged.manifest, check, wasm }
    } catch (error) {
      await staged.discard()
      throw error
    }
  } finally {
    await obtained.discard()
  }
}

/** Removes what an installation has made so far; for a process that is told to end. */
export function abandonInstallation(): void {
  removeOwnLeftovers(enginesFolder())
}

function requireConforming(
  engine: PackName,
  check: EngineCheck,
): EngineCheck & { readonly ok: true } {
  if (!check.ok) throw deserializeError(check.error)
  if (check.failed.length > 0) {
    throw new AppError('engine.nonConforming', { engine, cases: check.failed })
  }
  return check
}

/** @returns false if nothing was installed */
export async function removePack(pack: PackName): Promise<boolean> {
  const folder = path.join(enginesFolder(), pack)
  const isInstalled = existsSync(folder)
  await removeEntry(folder)
  return isInstalled
}
