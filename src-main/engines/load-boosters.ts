import { type BoosterPack, boosterPackNames } from '../contract/engine.ts'
import { isAppError } from '../contract/errors.ts'
import type { BoosterLibrary } from '../training/boosting/booster.ts'
import { ownBooster } from '../training/boosting/own-booster.ts'
import { hasBooster, loadBooster } from './boosting/load-booster.ts'

/**
 * Libraries that boost trees on this machine, best first; our own is always there, and takes the place of one that
 * cannot be loaded.
 */
export function loadBoosters(): readonly BoosterLibrary[] {
  return [...boosterPackNames.filter(hasBooster).flatMap(loaded), ownBooster]
}

function loaded(name: BoosterPack): BoosterLibrary[] {
  try {
    return [loadBooster(name)]
  } catch (error) {
    if (isAppError(error)) return []
    throw error
  }
}
