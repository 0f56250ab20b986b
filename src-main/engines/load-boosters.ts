import { boosterPackNames, type PassedOver } from '../contract/engine.ts'
import { isAppError, serializeError } from '../contract/errors.ts'
import type { BoosterLibrary } from '../training/boosting/booster.ts'
import { ownBooster } from '../training/boosting/own-booster.ts'
import type { BoostingSettings } from '../training/tasks/tabular/boosting-settings.ts'
import { hasBooster, loadBooster } from './boosting/load-booster.ts'

interface LoadedBoosters {
  /** Best first. */
  readonly libraries: readonly BoosterLibrary[]
  /** Packs that are installed and cannot be loaded. */
  readonly passedOver: readonly PassedOver[]
}

/**
 * Libraries that boost trees on this machine. Our own is always there; by itself it takes the place of one that cannot be
 * loaded, but never that of one which was asked for by name.
 * @throws AppError `engine.notInstalled`, `engine.unavailable`, `file.unreadable` for a library that was asked for
 */
export function loadBoosters({
  library = 'auto',
  threads,
}: Partial<BoostingSettings> = {}): LoadedBoosters {
  if (library === 'own') return { libraries: [ownBooster], passedOver: [] }
  if (library !== 'auto') {
    return { libraries: [loadBooster(library, threads), ownBooster], passedOver: [] }
  }
  const libraries: BoosterLibrary[] = []
  const passedOver: PassedOver[] = []
  for (const name of boosterPackNames.filter(hasBooster)) {
    try {
      libraries.push(loadBooster(name, threads))
    } catch (error) {
      if (!isAppError(error)) throw error
      const { code, detail } = serializeError(error)
      passedOver.push({ engine: name, error: { code, detail } })
    }
  }
  return { libraries: [...libraries, ownBooster], passedOver }
}
