import type { RandomStream } from '../../random/random-stream.ts'
import { crossGenes } from './exchange.ts'

/**
 * Blend crossover (BLX-α): per gene, two children symmetric about the parents' middle, anywhere in
 * their interval widened by `alpha` times its length on both sides. Knows no bounds. Meaning of DEAP's
 * `cxBlend` and `cxESBlend`.
 *
 * L. J. Eshelman, J. D. Schaffer: Real-coded genetic algorithms and interval-schemata. Foundations of
 * genetic algorithms 2, 1993, 187–202, doi:10.1016/B978-0-08-094832-4.50018-0.
 *
 * @param alpha ≥ 0; ½ keeps the spread of a population as it is
 */
export function blendCrossover(
  first: readonly number[],
  second: readonly number[],
  alpha: number,
  random: RandomStream,
): [number[], number[]] {
  return crossGenes(first, second, (a, b) => {
    const share = (1 + 2 * alpha) * random.uniform() - alpha
    return [(1 - share) * a + share * b, share * a + (1 - share) * b]
  })
}

/** Genes and, for each, the standard deviation of its mutation (evolution strategies). */
export interface StrategyGenome {
  readonly genes: readonly number[]
  readonly deviations: readonly number[]
}

/** {@link blendCrossover} on genes and deviations, each with a draw of its own. */
export function strategyBlendCrossover(
  first: StrategyGenome,
  second: StrategyGenome,
  alpha: number,
  random: RandomStream,
): [StrategyGenome, StrategyGenome] {
  // Gene and deviation take turns, as in DEAP.
  const woven = (genome: StrategyGenome): number[] =>
    genome.genes.flatMap((gene, index) => [gene, genome.deviations[index] as number])
  const [firstChild, secondChild] = blendCrossover(woven(first), woven(second), alpha, random)
  const unwoven = (values: readonly number[]): StrategyGenome => ({
    genes: values.filter((_, index) => index % 2 === 0),
    deviations: values.filter((_, index) => index % 2 === 1),
  })
  return [unwoven(firstChild), unwoven(secondChild)]
}
