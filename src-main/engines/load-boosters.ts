import process from 'node:process'
import { type BoosterPack, boosterPackNames } from '../core/machine/engines/registry.ts'
import type { PassedOver } from '../core/machine/engine.ts'
import { AppError, isAppError, serializeError } from '../core/errors/errors.ts'
import { msg } from '../core/errors/message.ts'
import type { BoosterLibrary } from '../training/boosting/booster.ts'
import { ownBooster } from '../training/boosting/own-booster.ts'
import type { BoostingSettings } from '../training/tasks/tabular/boosting-settings.ts'
import { boosterFile } from './boosting/booster-file.ts'
import { hasBooster, loadBooster } from './boosting/load-booster.ts'

interface LoadedBoosters {
  /** Best first. */
  readonly libraries: readonly BoosterLibrary[]
  /** Packs that cannot be loaded, and the best one that is not installed. */
  readonly passedOver: readonly PassedOver[]
}

/**
 * Libraries that boost trees on this machine. Our own is always there; by itself it takes the place of one that cannot be
 * loaded, but never that of one which was asked for by name.
 * @param reportsMissing whether a better pack that is not installed counts as passed over
 * @throws AppError `engine.notInstalled`, `engine.unavailable`, `file.unreadable` for a library that was asked for
 */
export function loadBoosters(
  { library = 'auto', threads }: Partial<BoostingSettings> = {},
  reportsMissing = false,
): LoadedBoosters {
  if (library === 'own') return { libraries: [ownBooster], passedOver: [] }
  if (library !== 'auto') {
    return { libraries: [loadBooster(library, threads), ownBooster], passedOver: [] }
  }
  const libraries: BoosterLibrary[] = []
  const passedOver: PassedOver[] = []
  const [best] = boosterPackNames
  if (reportsMissing && best !== undefined && !hasBooster(best)) passedOver.push(missing(best))
  for (const name of boosterPackNames.filter(hasBooster)) {
    try {
      libraries.push(loadBooster(name, threads))
    } catch (error) {
      if (!isAppError(error)) throw error
      passedOver.push({ engine: name, error: refusal(error) })
    }
  }
  return { libraries: [...libraries, ownBooster], passedOver }
}

/** @param name of a pack that is not installed */
export function missing(name: BoosterPack): PassedOver {
  return { engine: name, error: refusal(missingError(name)) }
}

function missingError(name: BoosterPack): AppError {
  return boosterFile(name, process.platform, process.arch) === null
    ? new AppError('engine.unavailable', {
        engine: name,
        reason: msg('failure.noLibraryForSystem'),
      })
    : new AppError('engine.notInstalled', { engine: name })
}

function refusal(error: AppError): PassedOver['error'] {
  const { code, detail } = serializeError(error)
  return { code, detail }
}
