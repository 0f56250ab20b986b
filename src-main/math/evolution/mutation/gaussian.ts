import type { RandomStream } from '../../random/random-stream.ts'

/**
 * Adds normal noise of the given mean and standard deviation to every gene with probability
 * `geneProbability`. Knows no bounds. Meaning of DEAP's `mutGaussian`.
 *
 * I. Rechenberg: Evolutionsstrategie. Frommann-Holzboog, 1973.
 */
export function gaussianMutation(
  genes: readonly number[],
  mean: number,
  deviation: number,
  geneProbability: number,
  random: RandomStream,
): number[] {
  return genes.map(gene =>
    random.uniform() < geneProbability ? gene + mean + deviation * random.normal() : gene,
  )
}
