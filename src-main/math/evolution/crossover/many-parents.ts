import type { RandomStream } from '../../random/random-stream.ts'

/**
 * Crossovers of numeric genes that look at parents as points of space: what they do does not depend on the
 * directions of the axes. They know no bounds; all parents have equally many genes.
 */

/**
 * Simplex crossover (SPX): uniform in the simplex of the parents, blown up about their mean. Keeps mean and
 * covariance of the parents at the default `expansion` if there is one parent more than genes.
 *
 * S. Tsutsui, M. Yamamura, T. Higuchi: Multi-parent recombination with simplex crossover in real coded genetic
 * algorithms. GECCO 1999, 657–664.
 *
 * @param parents at least two; usual is three
 * @param expansion ≥ 0, 1 is the simplex itself; default √(genes + 2)
 */
export function simplexCrossover(
  parents: readonly (readonly number[])[],
  random: RandomStream,
  expansion = Math.sqrt((parents[0]?.length ?? 0) + 2),
): number[] {
  const size = parents[0]?.length ?? 0
  const mean = Array.from(
    { length: size },
    (_, gene) =>
      parents.reduce((sum, parent) => sum + (parent[gene] as number), 0) / parents.length,
  )
  const corners = parents.map(parent =>
    parent.map(
      (value, gene) => (mean[gene] as number) + expansion * (value - (mean[gene] as number)),
    ),
  )
  let offset = new Array<number>(size).fill(0)
  for (let k = 1; k < corners.length; k++) {
    const share = random.uniform() ** (1 / k)
    const [before, corner] = [corners[k - 1] as number[], corners[k] as number[]]
    offset = offset.map(
      (value, gene) => share * ((before[gene] as number) - (corner[gene] as number) + value),
    )
  }
  return (corners.at(-1) as number[]).map((value, gene) => value + (offset[gene] as number))
}

/**
 * Unimodal normal distribution crossover (UNDX): normal about the middle of two parents; along their connection as
 * wide as they are apart times `along`, across it as wide as the third is away from it times `across`.
 *
 * I. Ono, S. Kobayashi: A real-coded genetic algorithm for function optimization using unimodal normal
 * distribution crossover. ICGA 1997, 246–253.
 *
 * @param along standard deviation in distances of the two; the paper's is ½
 * @param across in distances of the third; default 0.35/√genes, the paper's
 */
export function unimodalNormalCrossover(
  parents: readonly [readonly number[], readonly number[], readonly number[]],
  random: RandomStream,
  along = 0.5,
  across = 0.35 / Math.sqrt(parents[0].length),
): number[] {
  const [first, second, third] = parents
  const direction = first.map((value, gene) => value - (second[gene] as number))
  const square = direction.reduce((sum, value) => sum + value * value, 0)
  /** The part of a vector that is at right angles to the connection of the first two. */
  const rejected = (vector: readonly number[]): number[] => {
    const product = vector.reduce(
      (sum, value, gene) => sum + value * (direction[gene] as number),
      0,
    )
    const share = square > 0 ? product / square : 0
    return vector.map((value, gene) => value - share * (direction[gene] as number))
  }
  const away = Math.hypot(...rejected(third.map((value, gene) => value - (first[gene] as number))))
  const step = along * random.normal()
  // A normal vector without one direction is the sum of normal multiples of all the others.
  const noise = rejected(first.map(() => across * away * random.normal()))
  return first.map(
    (value, gene) =>
      (value + (second[gene] as number)) / 2 +
      step * (direction[gene] as number) +
      (noise[gene] as number),
  )
}

/**
 * vSBX: like simulated binary crossover, but the children also leave the interval of their parents on the far side
 * of each and the same side is taken for all genes.
 *
 * P. J. Ballester, J. N. Carter: Real-parameter genetic algorithms for finding multiple optimal solutions in
 * multi-modal optimization. GECCO 2003, 706–717, doi:10.1007/3-540-45105-6_86 (section 3.2).
 *
 * @param eta ≥ 0; the larger, the nearer to the parents
 */
export function vsbxCrossover(
  first: readonly number[],
  second: readonly number[],
  eta: number,
  random: RandomStream,
): [number[], number[]] {
  const power = 1 / (eta + 1)
  const spreads = first.map(() => {
    const u = random.uniform()
    const spread = (share: number): number => (1 / Math.max(2 * share, 1e-10)) ** power
    return [spread(u), spread(1 - u)] as const
  })
  const combine = (
    weights: (firstSpread: number, secondSpread: number) => readonly [number, number],
  ): number[] =>
    first.map((value, gene) => {
      const [a, b] = weights(...(spreads[gene] as readonly [number, number]))
      return 0.5 * (a * value + b * (second[gene] as number))
    })
  return [
    random.uniform() <= 0.5
      ? combine((firstSpread, secondSpread) => [1 + firstSpread, 1 - secondSpread])
      : combine((firstSpread, secondSpread) => [1 - firstSpread, 1 + secondSpread]),
    random.uniform() <= 0.5
      ? combine((firstSpread, secondSpread) => [3 - firstSpread, -(1 - secondSpread)])
      : combine((firstSpread, secondSpread) => [-(1 - firstSpread), 3 - secondSpread]),
  ]
}
