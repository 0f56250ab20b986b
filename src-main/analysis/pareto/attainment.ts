/** A point of two goals, both to be minimized. */
export type GoalPair = readonly [number, number]

/**
 * Summary attainment surface: the border of what at least a share of the runs attained, i.e. reached or bettered in both goals.
 * V. Grunert da Fonseca, C. M. Fonseca, A. O. Hall: Inferential performance assessment of stochastic optimizers and the attainment
 * function. EMO 2001, LNCS 1993, 213–225, doi:10.1007/3-540-44719-9_15.
 *
 * @param runs the points of each run; dominated ones change nothing
 * @param share 0 < share ≤ 1; 0.5 is the median surface
 * @returns its lower left corners, from left to right; empty where too few runs have a point
 */
export function attainmentSurface(
  runs: readonly (readonly GoalPair[])[],
  share: number,
): GoalPair[] {
  const needed = Math.max(1, Math.ceil(share * runs.length))
  const xValues = [...new Set(runs.flatMap(points => points.map(([x]) => x)))].sort((a, b) => a - b)
  // Best second goal so far of each run, while the first one grows.
  const sorted = runs.map(points => points.toSorted((a, b) => a[0] - b[0]))
  const next = sorted.map(() => 0)
  const best = sorted.map(() => Number.POSITIVE_INFINITY)
  const corners: GoalPair[] = []
  for (const x of xValues) {
    sorted.forEach((points, run) => {
      let at = next[run] ?? 0
      for (let point = points[at]; point !== undefined && point[0] <= x; point = points[++at]) {
        best[run] = Math.min(best[run] ?? Number.POSITIVE_INFINITY, point[1])
      }
      next[run] = at
    })
    const y = best.toSorted((a, b) => a - b)[needed - 1] ?? Number.POSITIVE_INFINITY
    if (y < (corners.at(-1)?.[1] ?? Number.POSITIVE_INFINITY)) corners.push([x, y])
  }
  return corners
}
