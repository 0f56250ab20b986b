import type { Point } from './point.ts'

/** For a worst value of exactly 0, which has no share. */
const BESIDE_ZERO = 1e-12

/**
 * A reference point for the hypervolume of these points, a tenth of each worst value behind it. The rule of
 * Optuna's TPE; it depends on where the zero of an objective lies.
 * @param points finite, at least one
 */
export function referenceBehind(points: readonly Point[]): Float64Array {
  const goals = points[0]?.length ?? 0
  return Float64Array.from({ length: goals }, (_, goal) => {
    const worst = Math.max(...points.map(point => point[goal] as number))
    return Math.max(1.1 * worst, 0.9 * worst) || BESIDE_ZERO
  })
}
