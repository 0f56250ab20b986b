import { median } from '../../statistics/quantile.ts'
import type { RandomStream } from '../../random/random-stream.ts'

/**
 * Lexicase selection: the cases (errors, smaller is better) are taken one at a time in random order, and
 * only the individuals that are best at a case, or within a tolerance of the best, stay; chance decides
 * among those left. Meaning of DEAP's operators.
 *
 * - T. Helmuth, L. Spector, J. Matheson: Solving uncompromising problems with lexicase selection. IEEE Transactions
 *   on Evolutionary Computation 19, 2015, 630–643, doi:10.1109/TEVC.2014.2362729.
 * - W. La Cava, L. Spector, K. Danai: Epsilon-lexicase selection for regression. GECCO 2016, 741–748,
 *   doi:10.1145/2908812.2908898 (tolerances).
 *
 * @param errors of an individual, one per case, the same number for all
 * @param tolerance 0: plain lexicase; a number: epsilon-lexicase; `automatic`: the median absolute deviation of
 *   the errors of those still in the running
 */
export function selectByLexicase<Individual>(
  individuals: readonly Individual[],
  count: number,
  errors: (individual: Individual) => readonly number[],
  tolerance: number | 'automatic',
  random: RandomStream,
): Individual[] {
  const all = individuals.map(individual => ({ individual, errors: errors(individual) }))
  const cases = Array.from({ length: all[0]?.errors.length ?? 0 }, (_, index) => index)
  return Array.from({ length: count }, () => {
    let candidates = all
    for (const index of random.shuffled(cases)) {
      if (candidates.length === 1) break
      const values = candidates.map(candidate => candidate.errors[index] as number)
      const allowed = tolerance === 'automatic' ? medianAbsoluteDeviation(values) : tolerance
      const limit = Math.min(...values) + allowed
      candidates = candidates.filter((_, position) => (values[position] as number) <= limit)
    }
    const chosen = candidates[random.integer(candidates.length)] as (typeof all)[number]
    return chosen.individual
  })
}

function medianAbsoluteDeviation(values: readonly number[]): number {
  const middle = median(values)
  return median(values.map(value => Math.abs(value - middle)))
}
