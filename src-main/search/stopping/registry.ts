import { emmrRule } from './emmr/emmr.ts'
import { epochsRule } from './epochs/epochs.ts'
import { failuresRule } from './failures/failures.ts'
import { minutesRule } from './minutes/minutes.ts'
import { regretBoundRule } from './regret-bound/regret-bound.ts'
import { stagnationRule } from './stagnation/stagnation.ts'
import type { StopRuleDefinition } from './stop-rule.ts'
import { targetRule } from './target/target.ts'
import { trialsRule } from './trials/trials.ts'

/** Every stop rule, in the order in which they are asked: where several hold, the first is the reason. */
export const stopRules: readonly StopRuleDefinition[] = [
  failuresRule,
  targetRule,
  trialsRule,
  minutesRule,
  epochsRule,
  stagnationRule,
  regretBoundRule,
  emmrRule,
]
