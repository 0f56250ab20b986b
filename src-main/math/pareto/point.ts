/**
 * One value per objective, all to be minimized; every point of a set has equally many, at least one.
 * ±∞ is allowed, NaN is not: the caller decides what it is worth.
 */
export type Point = ArrayLike<number>

/** True if `a` is nowhere worse than `b` and somewhere better. */
export function dominates(a: Point, b: Point): boolean {
  let better = false
  for (let goal = 0; goal < a.length; goal++) {
    const left = a[goal] as number
    const right = b[goal] as number
    if (left > right) return false
    if (left < right) better = true
  }
  return better
}

/** True if `a` is nowhere worse than `b`; equal points cover each other. */
export function covers(a: Point, b: Point): boolean {
  for (let goal = 0; goal < a.length; goal++) {
    if ((a[goal] as number) > (b[goal] as number)) return false
  }
  return true
}

/** Order by the first value, equals by the second, and so on; 0 for equal points. */
function compareInOrder(a: Point, b: Point): number {
  for (let goal = 0; goal < a.length; goal++) {
    const left = a[goal] as number
    const right = b[goal] as number
    if (left !== right) return left < right ? -1 : 1
  }
  return 0
}

/** Indices of the points in the order of {@link compareInOrder}, equal points by index. */
export function sortedIndices(points: readonly Point[]): number[] {
  return [...points.keys()].sort(
    (a, b) => compareInOrder(points[a] as Point, points[b] as Point) || a - b,
  )
}
