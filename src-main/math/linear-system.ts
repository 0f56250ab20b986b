import { LuDecomposition, Matrix } from 'ml-matrix'

/**
 * Solves A x = b for several b by an LU decomposition.
 * @param lines A, line by line; square
 * @param rightSides as long as A has lines
 * @returns x for each of them; null where A is singular
 */
export function solveLinearSystem(
  lines: readonly Float64Array[],
  rightSides: readonly Float64Array[],
): Float64Array[] | null {
  const decomposition = new LuDecomposition(new Matrix(lines.map(line => [...line])))
  if (decomposition.isSingular()) return null
  if (rightSides.length === 0) return []
  const columns = new Matrix(rightSides.map(side => [...side])).transpose()
  const solved = decomposition.solve(columns)
  return rightSides.map((_, at) => Float64Array.from(solved.getColumn(at)))
}
