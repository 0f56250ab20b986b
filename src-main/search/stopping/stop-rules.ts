import { msg } from '../../core/errors/message.ts'
import { stopSchema } from '../../core/study/keys/stop.ts'
import type { StopSpecification } from '../../core/study/study-specification.ts'
import type { TrialSnapshot } from '../../core/trial/trial.ts'
import { stopRules } from './registry.ts'
import type { StopDecision, StopState } from './stop-rule.ts'

/**
 * The first stop rule that holds, or null. A study that stops starts no further trial; trials that
 * run end normally.
 */
export function findStopDecision(state: StopState): StopDecision | null {
  for (const rule of stopRules) {
    const limit = state.stop[rule.name]
    const decision = limit === undefined ? null : (rule.evaluate?.(limit, state) ?? null)
    if (decision !== null) return decision
  }
  return null
}

/** Whether a stop rule of the study looks at what trials report. */
export function stopReadsCurves(stop: StopSpecification): boolean {
  return stopRules.some(({ name, readsCurves }) => readsCurves === true && stop[name] !== undefined)
}

/** Names of the rules of which a study needs one, in the order of the study file's schema. */
export function endingRuleNames(): string[] {
  const endings = stopRules.filter(({ endsEveryStudy = true }) => endsEveryStudy)
  return Object.keys(stopSchema.shape).filter(key => endings.some(({ name }) => name === key))
}

/** A study whose every trial failed has not finished anything, whichever rule ended it. */
export function concludeDecision(
  decision: StopDecision,
  trials: readonly TrialSnapshot[],
): StopDecision {
  if (trials.length === 0 || trials.some(trial => trial.state !== 'failed')) return decision
  return { state: 'failed', reason: msg('ending.allFailed', { trials: trials.length }) }
}
