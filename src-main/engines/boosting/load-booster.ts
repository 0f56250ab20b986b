import { existsSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import type { BoosterPack } from '../../core/machine/engines/registry.ts'
import { AppError } from '../../core/errors/errors.ts'
import type { BoosterLibrary } from '../../training/boosting/booster.ts'
import { readManifest } from '../pack/pack-manifest.ts'
import { enginesFolder } from '../tensorflow/pack-location.ts'
import { boosterFile } from './booster-file.ts'
import { openLightgbm } from './lightgbm.ts'
import { openXgboost } from './xgboost.ts'

/** A process holds one of each for its whole life. */
const opened = new Map<string, BoosterLibrary>()

/** Whether its pack is installed here. */
export function hasBooster(name: BoosterPack): boolean {
  const file = boosterFile(name, process.platform, process.arch)
  return file !== null && existsSync(path.join(enginesFolder(), name, file))
}

/**
 * Loads a library of boosted trees out of its pack, into this process: for processes that may end with it.
 * @param threads of a training; one, because trials run side by side in processes of their own
 * @throws AppError `engine.notInstalled`, `engine.unavailable`, `file.unreadable`
 */
export function loadBooster(name: BoosterPack, threads = 1): BoosterLibrary {
  const folder = path.join(enginesFolder(), name)
  const inside = boosterFile(name, process.platform, process.arch)
  if (inside === null || !existsSync(folder)) {
    throw new AppError('engine.notInstalled', { engine: name })
  }
  const file = path.join(folder, inside)
  const key = `${file} ${threads}`
  const library = opened.get(key) ?? open(name, { file, threads, folder })
  opened.set(key, library)
  return library
}

interface OpenOptions {
  readonly file: string
  readonly threads: number
  readonly folder: string
}

function open(name: BoosterPack, { file, threads, folder }: OpenOptions): BoosterLibrary {
  if (name === 'xgboost') return openXgboost({ file, threads })
  return openLightgbm({ file, threads, version: readManifest(folder).version })
}
