import { dominates, type Point } from './point.ts'

/**
 * Environmental selection of SPEA2. Raw fitness of a point: the sum, over the points that dominate it, of how
 * many each of them dominates; 0 for non-dominated ones. Too few non-dominated: filled up by raw fitness,
 * equals by how far the √n-th neighbor is. Too many: the one with the nearest neighbor leaves, of equals by
 * the next neighbor and so on, again and again.
 *
 * E. Zitzler, M. Laumanns, L. Thiele: SPEA2: improving the strength Pareto evolutionary algorithm. TIK report 103,
 * ETH Zürich 2001, doi:10.3929/ethz-a-004284029.
 *
 * @param points finite; distances are taken as they are, so objectives should be of one scale
 * @param violations see `nonDominatedRanks`; absent: no constraints
 * @returns min(count, points) indices, the non-dominated first
 */
export function surviveByStrength(
  points: readonly Point[],
  count: number,
  violations?: Point,
): number[] {
  const fitness = rawFitness(points, violations)
  const indices = [...points.keys()]
  const best = indices.filter(index => fitness[index] === 0)
  if (best.length > count) return truncate(points, best, count)
  // Section 3.1: k = √n, density 1 / (σᵏ + 2) < 1, so that it only orders equal fitness.
  const neighbor = Math.floor(Math.sqrt(points.length))
  const total = fitness.map((raw, index) => {
    const distances = squaredDistances(points, index, indices)
    return raw + 1 / (Math.sqrt(distances[neighbor] ?? distances.at(-1) ?? 0) + 2)
  })
  const others = indices.filter(index => fitness[index] !== 0)
  others.sort((a, b) => (total[a] as number) - (total[b] as number) || a - b)
  return [...best, ...others.slice(0, count - best.length)]
}

/** Equations 2 and 3. */
function rawFitness(points: readonly Point[], violations?: Point): Float64Array {
  const isBetter = (a: number, b: number): boolean => {
    const left = violations?.[a] ?? 0
    const right = violations?.[b] ?? 0
    if (left !== 0 || right !== 0) return left < right
    return dominates(points[a] as Point, points[b] as Point)
  }
  const dominators = points.map((_, index) =>
    [...points.keys()].filter(other => isBetter(other, index)),
  )
  const strengths = new Float64Array(points.length)
  for (const index of dominators.flat()) strengths[index] = (strengths[index] as number) + 1
  return Float64Array.from(dominators, better =>
    better.reduce((sum, index) => sum + (strengths[index] as number), 0),
  )
}

/** To the points `others`, itself included, from near to far. */
function squaredDistances(
  points: readonly Point[],
  index: number,
  others: readonly number[],
): number[] {
  const from = points[index] as Point
  return others
    .map(other => {
      const to = points[other] as Point
      let sum = 0
      for (let goal = 0; goal < from.length; goal++) {
        sum += ((from[goal] as number) - (to[goal] as number)) ** 2
      }
      return sum
    })
    .sort((a, b) => a - b)
}

/** Section 3.2. */
function truncate(points: readonly Point[], front: readonly number[], count: number): number[] {
  let survivors = [...front]
  while (survivors.length > count) {
    const distances = survivors.map(index => squaredDistances(points, index, survivors))
    let crowded = 0
    distances.forEach((list, position) => {
      if (isNearer(list, distances[crowded] as number[])) crowded = position
    })
    survivors = survivors.filter((_, position) => position !== crowded)
  }
  return survivors
}

/** Whether the first difference of two lists is in favor of `a` being nearer to its neighbors. */
function isNearer(a: readonly number[], b: readonly number[]): boolean {
  const at = a.findIndex((distance, index) => distance !== b[index])
  return at >= 0 && (a[at] as number) < (b[at] as number)
}
