import { clamp } from '../../numbers.ts'
import type { RandomStream } from '../../random/random-stream.ts'

/**
 * Deb's polynomial mutation with bounds: every gene moves with probability `geneProbability`, the
 * larger `eta` the less, and never beyond a bound. Meaning of DEAP's `mutPolynomialBounded`.
 *
 * K. Deb, S. Agrawal: A niched-penalty approach for constraint handling in genetic algorithms. Artificial neural
 * nets and genetic algorithms 1999, 235–243, doi:10.1007/978-3-7091-6384-9_40; bounds as in the code of NSGA-II.
 * @param genes within low … high
 */
export function boundedPolynomialMutation(
  genes: readonly number[],
  eta: number,
  low: number,
  high: number,
  geneProbability: number,
  random: RandomStream,
): number[] {
  const range = high - low
  return genes.map(gene => {
    if (random.uniform() > geneProbability) return gene
    const u = random.uniform()
    const power = 1 / (eta + 1)
    const below = (gene - low) / range
    const above = (high - gene) / range
    const move =
      u < 0.5
        ? (2 * u + (1 - 2 * u) * (1 - below) ** (eta + 1)) ** power - 1
        : 1 - (2 * (1 - u) + 2 * (u - 0.5) * (1 - above) ** (eta + 1)) ** power
    return clamp(gene + move * range, low, high)
  })
}
