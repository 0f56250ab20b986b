import type { RandomStream } from '../../random/random-stream.ts'
import type { StrategyGenome } from '../crossover/blend.ts'

/**
 * Mutation of an evolution strategy: the deviations change by log-normal factors, one common and one of
 * each gene, then every gene moves by its new deviation; each gene with probability
 * `geneProbability`. Meaning of DEAP's `mutESLogNormal`.
 *
 * H.-G. Beyer, H.-P. Schwefel: Evolution strategies – a comprehensive introduction. Natural Computing 1,
 * 2002, 3–52, doi:10.1023/A:1015059928466 (section 4.2.1: self-adaptation, τ and τ₀).
 * @param learning c, usually 1
 */
export function logNormalMutation(
  { genes, deviations }: StrategyGenome,
  learning: number,
  geneProbability: number,
  random: RandomStream,
): StrategyGenome {
  const geneLearningRate = learning / Math.sqrt(2 * Math.sqrt(genes.length))
  const common = (learning / Math.sqrt(2 * genes.length)) * random.normal()
  const mutant = { genes: [...genes], deviations: [...deviations] }
  for (let gene = 0; gene < genes.length; gene++) {
    if (!(random.uniform() < geneProbability)) continue
    const deviation =
      (deviations[gene] as number) * Math.exp(common + geneLearningRate * random.normal())
    mutant.deviations[gene] = deviation
    mutant.genes[gene] = (genes[gene] as number) + deviation * random.normal()
  }
  return mutant
}
