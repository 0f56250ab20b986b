import { emmrStop } from './emmr/emmr.ts'
import { epochsStop } from './epochs/epochs.ts'
import { failuresStop } from './failures/failures.ts'
import { minutesStop } from './minutes/minutes.ts'
import { regretBoundStop } from './regret-bound/regret-bound.ts'
import { stagnationStop } from './stagnation/stagnation.ts'
import type { StopDefinition } from './stop-definition.ts'
import { targetStop } from './target/target.ts'
import { trialsStop } from './trials/trials.ts'

/** Every stop rule, in the order in which people read of them. */
export const stopDefinitions: readonly StopDefinition[] = [
  trialsStop,
  minutesStop,
  targetStop,
  stagnationStop,
  epochsStop,
  regretBoundStop,
  emmrStop,
  failuresStop,
]
