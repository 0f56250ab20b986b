import { lossesOf } from '../contract/ranking.ts'
import type { Goal } from '../contract/study-specification.ts'
import type { TrialSnapshot } from '../contract/trial.ts'

/**
 * What a trial with a result reached, one value per goal, to be minimised. A goal without a number makes all of
 * them +∞: half a result cannot be weighed against whole ones, and a pruned trial has only the first
 * goal's value, which counts where that is the only goal.
 */
export function goalLosses(
  trial: Pick<TrialSnapshot, 'values'>,
  goals: readonly Goal[],
): Float64Array {
  const losses = lossesOf(trial, goals)
  return losses.some(Number.isNaN) ? losses.fill(Number.POSITIVE_INFINITY) : losses
}
