import type { TrialSnapshot } from '../contract/trial.ts'

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
