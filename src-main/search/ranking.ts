import { compareNumbers, lossesOf } from '../core/trial/ranking.ts'
import type { TrialValues, TrialSnapshot } from '../core/trial/trial.ts'
import type { Goal } from '../core/study/study-specification.ts'

/** The keys that rank one trial of a study with one goal among others. */
export interface Merit {
  /** See `constraintViolation`: 0 where the trial is feasible. */
  readonly violation: number
  /** Minimized; +∞ where the trial gave no number. */
  readonly loss: number
}

export interface Rank extends Merit {
  readonly number: number
}

/** The first goal's value of a trial, minimized; NaN and missing values are worst (+∞). */
function lossOf({ values }: TrialValues, minimize: boolean): number {
  const value = values[0] ?? Number.NaN
  if (Number.isNaN(value)) return Number.POSITIVE_INFINITY
  return minimize ? value : -value
}

export function rankOf(trial: TrialValues & { readonly number: number }, minimize: boolean): Rank {
  return {
    violation: constraintViolation(trial),
    loss: lossOf(trial, minimize),
    number: trial.number,
  }
}

/**
 * Sorts the better one first: feasible before others, of those the less violating one, then the smaller loss, which are
 * Deb's rules (see `constraintViolation`). 0 for equals.
 */
export function compareMerits(first: Merit, second: Merit): number {
  return (
    compareNumbers(first.violation, second.violation) || compareNumbers(first.loss, second.loss)
  )
}

/** The same, and of equals the earlier trial first. */
export function compareRanks(first: Rank, second: Rank): number {
  return compareMerits(first, second) || first.number - second.number
}

/**
 * How much a trial breaks the study's constraints: the sum of what exceeds 0, +∞ where a value is NaN; 0 if it
 * is feasible or has no constraint values. Algorithms that compare trials prefer the smaller one:
 * Deb: An efficient constraint handling method for genetic algorithms. 2000,
 * doi:10.1016/S0045-7825(99)00389-8.
 */
export function constraintViolation({ constraints }: Pick<TrialSnapshot, 'constraints'>): number {
  let total = 0
  for (const value of constraints ?? []) {
    if (Number.isNaN(value)) return Number.POSITIVE_INFINITY
    total += Math.max(value, 0)
  }
  return total
}

/**
 * The losses of a trial with a result, one value per goal, to be minimized. A goal without a number makes all of
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
