import { midranks } from './midranks.ts'
import { normalCdf } from '../distributions/normal.ts'
import { sum } from '../numbers.ts'

/**
 * Wilcoxon's signed-rank test, one-sided: are paired differences above zero?
 *
 * Equal absolute differences share the mean of their ranks; those of differences of zero are split
 * in half between both signs. Up to 50 differences the probability is exact over all 2^m signs of the m
 * differences other than zero, ties included; beyond, the normal approximation with tie correction.
 * (SciPy is exact up to 50 without ties and up to 13 with them, and equal to this there.)
 *
 * Wilcoxon: Individual comparisons by ranking methods. Biometrics Bulletin 1(6), 1945,
 * doi:10.2307/3001968. Exact distribution by convolution: Streitberg, Röhmel: Exact distributions for
 * permutation and rank tests. Statistical Software Newsletter 12(1), 1986.
 */
const EXACT_LIMIT = 50

/**
 * P(R⁺ ≥ observed) when each difference is as likely positive as negative.
 * @param differences finite numbers; none gives 1
 */
export function signedRankAbove(differences: readonly number[]): number {
  const ranks = midranks(differences.map(Math.abs))
  // Twice the sum of the positive ranks: a whole number but for the halves of zeros, which are constant.
  const doubled = differences.map((_, index) => 2 * (ranks[index] as number))
  if (differences.length > EXACT_LIMIT) return approximate(differences, doubled)
  const observed = sum(doubled.filter((_, index) => (differences[index] as number) > 0))
  return exact(
    doubled.filter((_, index) => differences[index] !== 0),
    observed,
  )
}

/** Share of all subsets whose sum is at least `observed`; counts stay below 2⁵⁰, so they are exact. */
function exact(doubledRanks: readonly number[], observed: number): number {
  const counts = new Float64Array(sum(doubledRanks) + 1)
  counts[0] = 1
  let top = 0
  for (const rank of doubledRanks) {
    for (let sum = top; sum >= 0; sum--) {
      counts[sum + rank] = (counts[sum + rank] as number) + (counts[sum] as number)
    }
    top += rank
  }
  let above = 0
  for (let sum = observed; sum <= top; sum++) above += counts[sum] as number
  return above / 2 ** doubledRanks.length
}

/** Mean n(n + 1)/4 and variance Σ rank²/4, which holds the correction for ties. */
function approximate(differences: readonly number[], doubledRanks: readonly number[]): number {
  const weighted = doubledRanks.map(
    (rank, index) => (rank / 4) * (1 + Math.sign(differences[index] as number)),
  )
  const mean = sum(doubledRanks) / 4
  const variance = sum(doubledRanks.map(rank => (rank * rank) / 16))
  return normalCdf((mean - sum(weighted)) / Math.sqrt(variance))
}
