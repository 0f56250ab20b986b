import { normalCdf } from '../distributions/normal.ts'
import { sum } from '../numbers.ts'
import { midranks } from './midranks.ts'

/** The rank-sum test of two independent samples `a` and `b`. */
export interface MannWhitney {
  /** Pairs in which the value of `a` is larger, equal ones count half. */
  readonly u: number
  /** P-value against "values of `a` tend to be smaller". */
  readonly less: number
  /** P-value against "values of `a` tend to be larger". */
  readonly greater: number
  /** Twice the smaller of both, at most 1. */
  readonly twoSided: number
  readonly method: 'exact' | 'normal'
}

/** The number of ways to divide 50 values is below 2⁵³, so counts are exact. */
const EXACT_LIMIT = 50

/**
 * Mann and Whitney's rank-sum test. Up to 50 values in total exact over all ways to divide them, ties included;
 * beyond, the normal approximation with corrections for ties and continuity. (SciPy's exact method takes
 * no notice of ties; equal to this without them, and its approximation to ours.)
 *
 * - H. B. Mann, D. R. Whitney: On a test of whether one of two random variables is stochastically larger than
 *   the other. Annals of Mathematical Statistics 18, 1947, 50–60, doi:10.1214/aoms/1177730491.
 * - Exact distribution by convolution: B. Streitberg, J. Röhmel: Exact distributions for permutation and rank
 *   tests. Statistical Software Newsletter 12(1), 1986.
 *
 * @param a not empty, no NaN; `b` likewise
 */
export function mannWhitney(a: readonly number[], b: readonly number[]): MannWhitney {
  const total = a.length + b.length
  const ranks = midranks([...a, ...b])
  // Twice the ranks are whole numbers.
  const doubled = ranks.map(rank => 2 * rank)
  const observed = sum(doubled.slice(0, a.length))
  const u = observed / 2 - (a.length * (a.length + 1)) / 2
  const isExact = total <= EXACT_LIMIT
  const { less, greater } = isExact
    ? exactTails(doubled, a.length, observed)
    : normalTails(ranks, a.length, u)
  return {
    u,
    less,
    greater,
    twoSided: Math.min(2 * Math.min(less, greater), 1),
    method: isExact ? 'exact' : 'normal',
  }
}

/** Over all subsets of `size` ranks: the shares whose sum is at most and at least `observed`. */
function exactTails(
  doubled: readonly number[],
  size: number,
  observed: number,
): { less: number; greater: number } {
  const width = sum(doubled) + 1
  // counts[k · width + s]: subsets of k of the ranks so far with the sum s.
  const counts = new Float64Array((size + 1) * width)
  counts[0] = 1
  for (const rank of doubled) {
    for (let chosen = size; chosen >= 1; chosen--) {
      const to = chosen * width
      const from = to - width
      for (let sum = width - 1; sum >= rank; sum--) {
        counts[to + sum] = (counts[to + sum] as number) + (counts[from + sum - rank] as number)
      }
    }
  }
  let below = 0
  let above = 0
  let all = 0
  for (let sum = 0; sum < width; sum++) {
    const count = counts[size * width + sum] as number
    all += count
    if (sum <= observed) below += count
    if (sum >= observed) above += count
  }
  return { less: below / all, greater: above / all }
}

function normalTails(
  ranks: readonly number[],
  size: number,
  u: number,
): { less: number; greater: number } {
  const total = ranks.length
  const other = total - size
  const mean = (size * other) / 2
  const tieSizes = new Map<number, number>()
  for (const rank of ranks) tieSizes.set(rank, (tieSizes.get(rank) ?? 0) + 1)
  const ties = [...tieSizes.values()].reduce((sum, count) => sum + count ** 3 - count, 0)
  const variance = ((size * other) / 12) * (total + 1 - ties / (total * (total - 1)))
  if (variance === 0) return { less: 1, greater: 1 }
  const deviation = Math.sqrt(variance)
  return {
    less: normalCdf((u - mean + 0.5) / deviation),
    greater: normalCdf((mean - u + 0.5) / deviation),
  }
}
