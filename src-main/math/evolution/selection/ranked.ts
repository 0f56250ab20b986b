import type { RandomStream } from '../../random/random-stream.ts'

/**
 * Selections that only ask which of two individuals is better; meaning of DEAP's operators. An order
 * is negative if the first individual is better, positive if the second is, 0 if they are equal.
 */
export type Order<Individual> = (first: Individual, second: Individual) => number

/** The `count` best, from the best; equal ones in their given order. */
export function selectBest<Individual>(
  individuals: readonly Individual[],
  count: number,
  order: Order<Individual>,
): Individual[] {
  return [...individuals].sort(order).slice(0, count)
}

/** The `count` worst, from the worst; equal ones in their given order. */
export function selectWorst<Individual>(
  individuals: readonly Individual[],
  count: number,
  order: Order<Individual>,
): Individual[] {
  return [...individuals].sort((first, second) => order(second, first)).slice(0, count)
}

/** `count` draws of anyone, with replacement. */
export function selectRandom<Individual>(
  individuals: readonly Individual[],
  count: number,
  random: RandomStream,
): Individual[] {
  return Array.from(
    { length: count },
    () => individuals[random.integer(individuals.length)] as Individual,
  )
}

/**
 * `count` winners, each the best of `size` random individuals drawn with replacement, the first drawn
 * among equals.
 *
 * D. E. Goldberg, K. Deb: A comparative analysis of selection schemes used in genetic algorithms. Foundations of
 * genetic algorithms 1, 1991, 69–93, doi:10.1016/B978-0-08-050684-5.50008-2.
 */
export function selectByTournament<Individual>(
  individuals: readonly Individual[],
  count: number,
  size: number,
  order: Order<Individual>,
  random: RandomStream,
): Individual[] {
  return Array.from({ length: count }, () =>
    selectRandom(individuals, size, random).reduce((best, other) =>
      order(other, best) < 0 ? other : best,
    ),
  )
}
