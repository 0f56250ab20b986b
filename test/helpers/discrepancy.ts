/**
 * Centered L2 discrepancy of points in the unit cube, squared; small for evenly spread points.
 * F. J. Hickernell: A generalized discrepancy and quadrature error bound. Mathematics of Computation
 * 67, 1998, 299–322, doi:10.1090/S0025-5718-98-00894-1, equation (5.5).
 */
export function centeredDiscrepancy(points: readonly (readonly number[])[]): number {
  const count = points.length
  const dimension = points[0]?.length ?? 0
  let single = 0
  let pairs = 0
  for (const x of points) {
    single += x.reduce((product, value) => {
      const distance = Math.abs(value - 0.5)
      return product * (1 + distance / 2 - distance ** 2 / 2)
    }, 1)
    for (const y of points) {
      pairs += x.reduce((product, a, axis) => {
        const b = y[axis] as number
        const spread = Math.abs(a - 0.5) + Math.abs(b - 0.5) - Math.abs(a - b)
        return product * (1 + spread / 2)
      }, 1)
    }
  }
  return (13 / 12) ** dimension - (2 / count) * single + pairs / count ** 2
}
