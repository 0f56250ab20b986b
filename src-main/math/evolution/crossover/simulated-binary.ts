import { clamp } from '../../numbers.ts'
import type { RandomStream } from '../../random/random-stream.ts'
import { crossGenes } from './exchange.ts'

/**
 * Simulated binary crossover (SBX): children spread about their parents as those of a one-point
 * crossover of binary numbers would; the larger `eta`, the nearer to the parents.
 *
 * - K. Deb, R. B. Agrawal: Simulated binary crossover for continuous search space. Complex Systems 9,
 *   1995, 115–148.
 * - K. Deb, A. Pratap, S. Agarwal, T. Meyarivan: A fast and elitist multiobjective genetic algorithm: NSGA-II.
 *   IEEE Transactions on Evolutionary Computation 6, 2002, 182–197, doi:10.1109/4235.996017 (bounds: its code).
 */

/** Without bounds; every gene is crossed. Meaning of DEAP's `cxSimulatedBinary`. */
export function simulatedBinaryCrossover(
  first: readonly number[],
  second: readonly number[],
  eta: number,
  random: RandomStream,
): [number[], number[]] {
  return crossGenes(first, second, (a, b) => {
    const u = random.uniform()
    const beta = (u <= 0.5 ? 2 * u : 1 / (2 * (1 - u))) ** (1 / (eta + 1))
    return [0.5 * ((1 + beta) * a + (1 - beta) * b), 0.5 * ((1 - beta) * a + (1 + beta) * b)]
  })
}

/** Parents nearer than this have no direction to spread in. */
const SAME_GENE = 1e-14

/**
 * With bounds: the spread is cut off at the nearer bound. A gene is crossed with probability
 * `geneProbability`, then the children take the two results either way round with equal probability.
 * Meaning of DEAP's `cxSimulatedBinaryBounded`, whose `geneProbability` is ½.
 * @param first genes within low … high; so is `second`
 */
export function boundedSimulatedBinaryCrossover(
  first: readonly number[],
  second: readonly number[],
  eta: number,
  low: number,
  high: number,
  random: RandomStream,
  geneProbability = 0.5,
): [number[], number[]] {
  return crossGenes(first, second, (a, b) => {
    if (random.uniform() > geneProbability || Math.abs(a - b) <= SAME_GENE) return [a, b]
    const u = random.uniform()
    const [lower, upper] = a < b ? [a, b] : [b, a]
    const distance = upper - lower
    const middle = lower + upper
    const below = 0.5 * (middle - boundedSpread(u, eta, (lower - low) / distance) * distance)
    const above = 0.5 * (middle + boundedSpread(u, eta, (high - upper) / distance) * distance)
    const [firstChild, secondChild] = [clamp(below, low, high), clamp(above, low, high)]
    return random.uniform() <= 0.5 ? [secondChild, firstChild] : [firstChild, secondChild]
  })
}

/** β_q where the nearer bound is `room` parent distances away from the nearer parent. */
function boundedSpread(u: number, eta: number, room: number): number {
  const alpha = 2 - (1 + 2 * room) ** -(eta + 1)
  const base = u <= 1 / alpha ? u * alpha : 1 / (2 - u * alpha)
  return base ** (1 / (eta + 1))
}
