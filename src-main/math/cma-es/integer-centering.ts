import type { CoordinateGrid } from './margin.ts'

export interface CenteredPoints {
  /** As given, the better ones moved. */
  readonly points: readonly Float64Array[]
  /** Per coordinate: one of the better points has another value than the mean. */
  readonly succeeded: readonly boolean[]
}

/**
 * Integer centering: of the better points, coordinates that have left the value of the mean move to the
 * middle of their value's interval, so that the mean follows the value, not the place within it. What
 * this shifts in sum is taken back by moving the others toward the middle of theirs.
 *
 * T. Marty, N. Hansen, A. Auger, Y. Semet, S. Héron: LB+IC-CMA-ES: two simple modifications of CMA-ES to
 * handle mixed-integer problems. PPSN XVIII, 2024.
 *
 * @param points of one generation, from the best to the worst
 * @param parentCount how many of them are the better ones
 * @param grids per coordinate; null where it is continuous
 */
export function centerIntegers(
  points: readonly Float64Array[],
  parentCount: number,
  mean: Float64Array,
  grids: readonly (CoordinateGrid | null)[],
): CenteredPoints {
  const moved = points.map((point, rank) => (rank < parentCount ? point.slice() : point))
  const better = moved.slice(0, parentCount)
  const succeeded = grids.map((grid, i) => {
    if (grid === null) return false
    const ofMean = grid.valueOf(mean[i] as number)
    /** Points that have the mean's value, and how far each is from the middle of its interval. */
    const same: [Float64Array, number][] = []
    let shifted = 0
    for (const point of better) {
      const position = point[i] as number
      const value = grid.valueOf(position)
      const distance = grid.centerAt(value) - position
      if (value === ofMean) {
        same.push([point, distance])
      } else {
        point[i] = position + distance
        shifted += distance
      }
    }
    const opposite = same.filter(([, distance]) => distance * shifted < 0)
    const available = opposite.reduce((sum, [, distance]) => sum + distance, 0)
    const share = available === 0 ? 0 : Math.min(1, -shifted / available)
    for (const [point, distance] of opposite) point[i] = (point[i] as number) + share * distance
    return same.length < better.length
  })
  return { points: moved, succeeded }
}
