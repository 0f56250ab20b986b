/**
 * Evenly spread directions for `goals` objectives: all points of the unit simplex whose coordinates are multiples
 * of 1/divisions, C(goals + divisions − 1, divisions) in number, by rising coordinates from the first on.
 *
 * I. Das, J. E. Dennis: Normal-boundary intersection: a new method for generating the Pareto surface in
 * nonlinear multicriteria optimization problems. SIAM Journal on Optimization 8(3), 1998, 631–657,
 * doi:10.1137/S1052623496307510.
 *
 * @param goals ≥ 1
 * @param divisions ≥ 1
 */
export function simplexLattice(goals: number, divisions: number): Float64Array[] {
  if (!Number.isInteger(goals) || !Number.isInteger(divisions) || goals < 1 || divisions < 1) {
    throw new Error(`no lattice of ${divisions} parts in ${goals} goals`)
  }
  const points: Float64Array[] = []
  const parts = new Int32Array(goals)
  const fill = (goal: number, remaining: number): void => {
    if (goal === goals - 1) {
      parts[goal] = remaining
      points.push(Float64Array.from(parts, part => part / divisions))
      return
    }
    for (let part = 0; part <= remaining; part++) {
      parts[goal] = part
      fill(goal + 1, remaining - part)
    }
  }
  fill(0, divisions)
  return points
}

/** Number of points of a {@link simplexLattice}. */
export function simplexLatticeSize(goals: number, divisions: number): number {
  let size = 1
  for (let step = 1; step < goals; step++) size = (size * (divisions + step)) / step
  return Math.round(size)
}
