import type { RandomStream } from '../../random/random-stream.ts'

/**
 * Selections with a chance in proportion to a fitness: ≥ 0, finite, larger is better, not all 0. Meaning of
 * DEAP's operators.
 *
 * - J. H. Holland: Adaptation in natural and artificial systems. University of Michigan Press, 1975 (roulette).
 * - J. E. Baker: Reducing bias and inefficiency in the selection algorithm. ICGA 1987, 14–21 (universal sampling).
 */

/** `count` spins of a wheel on which everyone has a sector as large as the fitness. */
export function selectByRoulette<Individual>(
  individuals: readonly Individual[],
  count: number,
  fitness: (individual: Individual) => number,
  random: RandomStream,
): Individual[] {
  const wheel = new Wheel(individuals, fitness)
  return Array.from({ length: count }, () => wheel.at(random.uniform() * wheel.total, true))
}

/** One spin of a wheel with `count` pointers at equal distances: the least possible chance. */
export function selectByUniversalSampling<Individual>(
  individuals: readonly Individual[],
  count: number,
  fitness: (individual: Individual) => number,
  random: RandomStream,
): Individual[] {
  const wheel = new Wheel(individuals, fitness)
  const distance = wheel.total / count
  const start = random.uniform() * distance
  return Array.from({ length: count }, (_, pointer) => wheel.at(start + pointer * distance, false))
}

/** Sectors from the fittest on. */
class Wheel<Individual> {
  readonly total: number
  readonly #sectors: { readonly individual: Individual; readonly fitness: number }[]

  constructor(individuals: readonly Individual[], fitness: (individual: Individual) => number) {
    const sectors = individuals.map(individual => ({ individual, fitness: fitness(individual) }))
    this.total = sectors.reduce((sum, sector) => sum + sector.fitness, 0)
    this.#sectors = sectors.sort((a, b) => b.fitness - a.fitness)
  }

  /** Whose sector holds the point; `open` sectors do not hold their end. */
  at(point: number, open: boolean): Individual {
    let end = 0
    for (const { individual, fitness } of this.#sectors) {
      end += fitness
      if (open ? end > point : end >= point) return individual
    }
    // Rounding only: the point lies at the very end of the wheel.
    return (this.#sectors.at(-1) as { readonly individual: Individual }).individual
  }
}
