import { createPermutation } from '../../math/random/permutation.ts'

/**
 * A point of the unit cube, such that `rows` points with successive indices form a Latin hypercube: every
 * axis is cut into `rows` shares, each of which is used once, in a random order per axis.
 * @param index 0, 1, …; every `rows` of them another hypercube
 * @param within gives where in its share each coordinate lies, 0…1
 */
export function latinHypercubePoint(
  rows: number,
  dimension: number,
  index: number,
  seed: number,
  within: () => number,
): number[] {
  const cube = Math.floor(index / rows)
  const row = index % rows
  return Array.from({ length: dimension }, (_, axis) => {
    const order = createPermutation(rows, { seed, number: cube, purpose: `latinHypercube ${axis}` })
    return (order.at(row) + within()) / rows
  })
}
