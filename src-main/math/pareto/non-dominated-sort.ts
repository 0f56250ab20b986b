import { compareNumbers } from '../../core/trial/ranking.ts'
import { firstIndexWhere } from '../numbers.ts'
import { covers, type Point, sortedIndices } from './point.ts'

/**
 * Non-dominated ranks: 0 for points that no point dominates, 1 for those that only points of rank 0
 * dominate, and so on. Equal points share a rank. O(n log n) for one and two objectives; for m
 * objectives O(m·n·√n) at best, O(m·n²) at worst.
 *
 * - M. T. Jensen: Reducing the run-time complexity of multiobjective EAs: the NSGA-II and other
 *   algorithms. IEEE Transactions on Evolutionary Computation 7(5), 2003, 503–515,
 *   doi:10.1109/TEVC.2003.817234 (two objectives).
 * - X. Zhang, Y. Tian, R. Cheng, Y. Jin: An efficient approach to nondominated sorting for evolutionary
 *   multiobjective optimization. The same journal 19(2), 2015, 201–213, doi:10.1109/TEVC.2014.2308305.
 *
 * @param violations how much each point breaks the constraints, ≥ 0, 0 if it is feasible: feasible points
 *   come before all others, those by rising violation, one rank per different value (K. Deb: An
 *   efficient constraint handling method for genetic algorithms. 2000, doi:10.1016/S0045-7825(99)00389-8)
 */
export function nonDominatedRanks(points: readonly Point[], violations?: Point): Int32Array {
  if (violations === undefined) return unconstrainedRanks(points)
  const ranks = new Int32Array(points.length)
  const indices = [...points.keys()]
  const violationOf = (index: number): number => violations[index] as number
  const feasible = indices.filter(index => violationOf(index) === 0)
  const ranked = unconstrainedRanks(feasible.map(index => points[index] as Point))
  let rank = -1
  feasible.forEach((index, position) => {
    ranks[index] = ranked[position] as number
    rank = Math.max(rank, ranked[position] as number)
  })
  let before = 0
  const others = indices.filter(index => violationOf(index) !== 0)
  for (const index of others.sort((a, b) => compareNumbers(violationOf(a), violationOf(b)))) {
    if (violationOf(index) !== before) rank++
    before = violationOf(index)
    ranks[index] = rank
  }
  return ranks
}

/** Indices by rank: the fronts, the best first; indices rise within each. */
export function frontsOf(ranks: Int32Array): number[][] {
  const fronts: number[][] = []
  ranks.forEach((rank, index) => {
    while (fronts.length <= rank) fronts.push([])
    fronts[rank]?.push(index)
  })
  return fronts
}

function unconstrainedRanks(points: readonly Point[]): Int32Array {
  const ranks = new Int32Array(points.length)
  // No point is dominated by a later one in this order, so each finds its front among the earlier.
  const order = sortedIndices(points)
  const goals = points[0]?.length ?? 0
  const isCovered = goals <= 2 ? lastPointCovers(points) : anyPointCovers(points)
  const fronts: number[][] = []
  let before = -1
  for (const index of order) {
    if (before >= 0 && areEqual(points[index] as Point, points[before] as Point)) {
      ranks[index] = ranks[before] as number
      continue
    }
    before = index
    // Whoever is covered by a front is covered by every better one: binary search.
    const rank = firstIndexWhere(
      fronts.length,
      level => !isCovered(index, fronts[level] as number[]),
    )
    ranks[index] = rank
    ;(fronts[rank] ??= []).push(index)
  }
  return ranks
}

type FrontTest = (index: number, front: readonly number[]) => boolean

/** With the first values sorted, the last point of a front has its smallest second value. */
function lastPointCovers(points: readonly Point[]): FrontTest {
  return (index, front) => covers(points[front.at(-1) as number] as Point, points[index] as Point)
}

/** From the last point on: the nearest in the order is the likeliest to dominate. */
function anyPointCovers(points: readonly Point[]): FrontTest {
  return (index, front) =>
    front.findLastIndex(other => covers(points[other] as Point, points[index] as Point)) >= 0
}

function areEqual(a: Point, b: Point): boolean {
  for (let goal = 0; goal < a.length; goal++) if (a[goal] !== b[goal]) return false
  return true
}
