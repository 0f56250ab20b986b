import { sum } from '../../math/numbers.ts'
/**
 * Shares `total` rows among strata in proportion to `counts`, with at least one and at most
 * `capacities[i]` rows for each. By the method of Webster (Sainte-Laguë): quotients count / divisor,
 * rounded, for the divisor that meets the total. Unlike the largest remainder it never takes a row
 * from a stratum when the total grows, so that larger parts can contain smaller ones.
 *
 * Balinski, Young: Fair representation. Yale University Press 1982, chapter 8.
 * @param counts one per stratum, ≥ 1
 * @returns rows per stratum, or null if the bounds leave no solution
 */
export function apportion(
  counts: readonly number[],
  capacities: readonly number[],
  total: number,
): number[] | null {
  const all = sum(counts)
  const most = sum(capacities)
  if (total < counts.length || total > most || capacities.some(capacity => capacity < 1))
    return null
  // Rounded quotas are Webster's shares of nearly this total; the rest is a few steps.
  const shares = counts.map((count, index) =>
    Math.max(1, Math.min(Math.round((total * count) / all), capacities[index] ?? 0)),
  )
  let remaining = total - sum(shares)
  const share = (index: number) => shares[index] ?? 0
  /** The quotient that decides who gives or takes the row between `half` and the next. */
  const quotient = (index: number, half: number) => (counts[index] ?? 0) / (share(index) + half)
  for (; remaining > 0; remaining--) {
    const open = indices(shares).filter(index => share(index) < (capacities[index] ?? 0))
    // Of equals the first gets a row first and gives one last.
    const next = open.reduce((a, b) => (quotient(b, 0.5) > quotient(a, 0.5) ? b : a))
    shares[next] = share(next) + 1
  }
  for (; remaining < 0; remaining++) {
    const open = indices(shares).filter(index => share(index) > 1)
    const next = open.reduce((a, b) => (quotient(b, -0.5) <= quotient(a, -0.5) ? b : a))
    shares[next] = share(next) - 1
  }
  return shares
}

function indices(list: readonly unknown[]): number[] {
  return Array.from(list.keys())
}
