import { boosterPackNames } from '../../src-main/core/machine/engines/registry.ts'
import { hasBooster } from '../../src-main/engines/boosting/load-booster.ts'
import { enginesFolder } from '../../src-main/engines/tensorflow/pack-location.ts'

/** The libraries of boosted trees to test with, where TUNEWRIGHT_ENGINES points (vitest.config.ts). */
export const boosterPacks = boosterPackNames.filter(name => {
  if (hasBooster(name)) return true
  console.warn(
    `Skipped: no ${name} in ${enginesFolder()}; install it with TUNEWRIGHT_ENGINES=FOLDER tunewright engine install ${name}`,
  )
  return false
})
