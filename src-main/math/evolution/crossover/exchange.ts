import type { RandomStream } from '../../random/random-stream.ts'

/**
 * Crossovers that exchange whole genes of two parents and change none; for genes of any kind. All
 * give two new children and leave the parents alone; the meaning is that of DEAP's operators.
 * Parents with fewer than two genes in common have no cut between genes: their children equal them.
 *
 * - J. H. Holland: Adaptation in natural and artificial systems. University of Michigan Press, 1975 (one point).
 * - G. Syswerda: Uniform crossover in genetic algorithms. ICGA 1989, 2–9.
 * - D. E. Goldberg, B. Korb, K. Deb: Messy genetic algorithms. Complex Systems 3, 1989, 493–530.
 */

/** Everything behind a random cut is exchanged; the cut leaves at least one gene on each side. */
export function onePointCrossover<Gene>(
  first: readonly Gene[],
  second: readonly Gene[],
  random: RandomStream,
): [Gene[], Gene[]] {
  const size = Math.min(first.length, second.length)
  if (size < 2) return [[...first], [...second]]
  const cut = 1 + random.integer(size - 1)
  return [
    [...first.slice(0, cut), ...second.slice(cut)],
    [...second.slice(0, cut), ...first.slice(cut)],
  ]
}

/** The genes between two cuts, from gene 1 on, are exchanged; at least one gene, the first never. */
export function twoPointCrossover<Gene>(
  first: readonly Gene[],
  second: readonly Gene[],
  random: RandomStream,
): [Gene[], Gene[]] {
  const size = Math.min(first.length, second.length)
  if (size < 2) return [[...first], [...second]]
  const [from, to] = twoCuts(1, size, random)
  return exchange(first, second, gene => gene >= from && gene < to)
}

/** Every gene is exchanged with probability `geneProbability`. */
export function uniformCrossover<Gene>(
  first: readonly Gene[],
  second: readonly Gene[],
  geneProbability: number,
  random: RandomStream,
): [Gene[], Gene[]] {
  return exchange(first, second, () => random.uniform() < geneProbability)
}

/** Cuts each parent somewhere else and exchanges the tails: the children have other lengths. */
export function messyOnePointCrossover<Gene>(
  first: readonly Gene[],
  second: readonly Gene[],
  random: RandomStream,
): [Gene[], Gene[]] {
  const cutFirst = random.integer(first.length + 1)
  const cutSecond = random.integer(second.length + 1)
  return [
    [...first.slice(0, cutFirst), ...second.slice(cutSecond)],
    [...second.slice(0, cutSecond), ...first.slice(cutFirst)],
  ]
}

/** Two different cuts in lowest … highest, the smaller first, every pair equally likely. */
export function twoCuts(
  lowest: number,
  highest: number,
  random: RandomStream,
): readonly [number, number] {
  const cut = lowest + random.integer(highest - lowest + 1)
  const otherCut = lowest + random.integer(highest - lowest)
  return otherCut >= cut ? [cut, otherCut + 1] : [otherCut, cut]
}

function exchange<Gene>(
  first: readonly Gene[],
  second: readonly Gene[],
  isExchanged: (gene: number) => boolean,
): [Gene[], Gene[]] {
  return crossGenes(first, second, (a, b, gene) => (isExchanged(gene) ? [b, a] : [a, b]))
}

/** Two children from each pair of genes; the longer parent's other genes stay with its child. */
export function crossGenes<Gene>(
  first: readonly Gene[],
  second: readonly Gene[],
  cross: (a: Gene, b: Gene, gene: number) => readonly [Gene, Gene],
): [Gene[], Gene[]] {
  const children: [Gene[], Gene[]] = [[...first], [...second]]
  const size = Math.min(first.length, second.length)
  for (let gene = 0; gene < size; gene++) {
    const [firstGene, secondGene] = cross(first[gene] as Gene, second[gene] as Gene, gene)
    children[0][gene] = firstGene
    children[1][gene] = secondGene
  }
  return children
}
