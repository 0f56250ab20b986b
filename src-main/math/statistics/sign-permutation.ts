import { sum } from '../numbers.ts'
import type { RandomStream } from '../random/random-stream.ts'

/** Up to so many differences all signs are tried: 2¹⁶ sums. */
const EXACT_LIMIT = 16
const DRAWS = 9_999

/**
 * Paired permutation test of the mean: how often would paired differences have a mean at least this far from
 * 0 if each could as well have the other sign? Exact up to 16 differences other than 0; beyond, from 9,999 random
 * signs, where the p-value counts what was observed as one of them and so is never 0.
 *
 * - R. A. Fisher: The design of experiments. 1935, section 21.
 * - B. Phipson, G. K. Smyth: Permutation p-values should never be zero. Statistical Applications in Genetics and
 *   Molecular Biology 9(1), 2010, doi:10.2202/1544-6115.1585.
 *
 * @param differences finite
 * @returns two-sided; 1 for no differences
 */
export function signPermutation(differences: readonly number[], random: RandomStream): number {
  const sizes = differences.filter(difference => difference !== 0).map(Math.abs)
  const observed = Math.abs(sum(differences))
  // Sums in another order differ by rounding.
  const limit = observed * (1 - 1e-12)
  if (sizes.length <= EXACT_LIMIT) {
    const all = 2 ** sizes.length
    let extreme = 0
    for (let signs = 0; signs < all; signs++) {
      const sum = sizes.reduce((total, size, at) => total + ((signs >> at) & 1 ? size : -size), 0)
      if (Math.abs(sum) >= limit) extreme++
    }
    return extreme / all
  }
  let extreme = 1
  for (let draw = 0; draw < DRAWS; draw++) {
    const sum = sizes.reduce((total, size) => total + (random.integer(2) === 1 ? size : -size), 0)
    if (Math.abs(sum) >= limit) extreme++
  }
  return extreme / (DRAWS + 1)
}
