import type { RandomStream } from '../../random/random-stream.ts'

/**
 * Moves every gene, with probability `geneProbability`, up or down by a distance whose logarithm is
 * uniform between `largest` · 2^−`octaves` and `largest`: every order of magnitude is equally likely, so
 * steps suit an early search and a late one without anybody adapting them. Knows no bounds.
 *
 * After H. Mühlenbein, D. Schlierkamp-Voosen: Predictive models for the breeder genetic algorithm I. Evolutionary
 * Computation 1, 1993, 25–49, doi:10.1162/evco.1993.1.1.25 (section 5; its sum of powers of two has
 * nearly this distribution).
 */
export function logUniformMutation(
  genes: readonly number[],
  largest: number,
  octaves: number,
  geneProbability: number,
  random: RandomStream,
): number[] {
  return genes.map(gene => {
    if (!(random.uniform() < geneProbability)) return gene
    const distance = largest * 2 ** (-octaves * random.uniform())
    return random.uniform() < 0.5 ? gene - distance : gene + distance
  })
}
