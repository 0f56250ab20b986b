import type { Point } from './point.ts'

/**
 * Crowding distances of the points of one front: per objective the gap between both neighbors as a share
 * of the front's range, summed; +∞ for the outermost points of each objective. Equal values are ordered by
 * index.
 *
 * K. Deb, A. Pratap, S. Agarwal, T. Meyarivan: A fast and elitist multiobjective genetic algorithm:
 * NSGA-II. IEEE Transactions on Evolutionary Computation 6(2), 2002, 182–197, section III-B,
 * doi:10.1109/4235.996017.
 */
export function crowdingDistances(points: readonly Point[]): Float64Array {
  const distances = new Float64Array(points.length)
  const goals = points[0]?.length ?? 0
  for (let goal = 0; goal < goals; goal++) {
    const value = (index: number): number => (points[index] as Point)[goal] as number
    const order = [...points.keys()].sort((a, b) =>
      value(a) < value(b) ? -1 : value(a) > value(b) ? 1 : a - b,
    )
    const first = order[0] as number
    const last = order[order.length - 1] as number
    distances[first] = Number.POSITIVE_INFINITY
    distances[last] = Number.POSITIVE_INFINITY
    const range = value(last) - value(first)
    for (let position = 1; position < order.length - 1; position++) {
      const index = order[position] as number
      const below = value(order[position - 1] as number)
      const above = value(order[position + 1] as number)
      distances[index] = (distances[index] as number) + share(below, above, range)
    }
  }
  return distances
}

/** With infinite values: 0 between equals and within the finite part, 1 across to the infinite one. */
function share(below: number, above: number, range: number): number {
  if (below === above) return 0
  return above - below === Number.POSITIVE_INFINITY ? 1 : (above - below) / range
}
