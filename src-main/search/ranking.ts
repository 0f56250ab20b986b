import { compareNumbers } from '../contract/ranking.ts'
import type { TrialValues } from '../contract/trial.ts'
import { constraintViolation } from './violation.ts'

/** What ranks one trial of a study with one goal among others. */
export interface Merit {
  /** See `constraintViolation`: 0 where the trial is feasible. */
  readonly violation: number
  /** Minimised; +∞ where the trial gave no number. */
  readonly loss: number
}

export interface Rank extends Merit {
  readonly number: number
}

/** The first goal's value of a trial, minimised; NaN and missing values are worst (+∞). */
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
