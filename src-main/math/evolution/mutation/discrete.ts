import type { RandomStream } from '../../random/random-stream.ts'

/** Mutations of genes that are integers, bits or places; meaning of DEAP's operators of these names. */

/** Replaces every gene with probability `geneProbability` by an integer in low … high, both included. */
export function uniformIntegerMutation(
  genes: readonly number[],
  low: number,
  high: number,
  geneProbability: number,
  random: RandomStream,
): number[] {
  return genes.map(gene =>
    random.uniform() < geneProbability ? low + random.integer(high - low + 1) : gene,
  )
}

/** Inverts every bit with probability `geneProbability`. */
export function flipBitMutation(
  bits: readonly boolean[],
  geneProbability: number,
  random: RandomStream,
): boolean[] {
  return bits.map(bit => (random.uniform() < geneProbability ? !bit : bit))
}

/** Every gene changes places with another, random one with probability `geneProbability`. */
export function shuffleIndexesMutation<Gene>(
  genes: readonly Gene[],
  geneProbability: number,
  random: RandomStream,
): Gene[] {
  const mutant = [...genes]
  for (let position = 0; position < mutant.length; position++) {
    if (!(random.uniform() < geneProbability) || mutant.length < 2) continue
    const other = random.integer(mutant.length - 1)
    const partner = other >= position ? other + 1 : other
    const moved = mutant[position] as Gene
    mutant[position] = mutant[partner] as Gene
    mutant[partner] = moved
  }
  return mutant
}

/** Reverses the genes from one random place up to, not including, another. */
export function inversionMutation<Gene>(genes: readonly Gene[], random: RandomStream): Gene[] {
  if (genes.length === 0) return []
  const cut = random.integer(genes.length)
  const otherCut = random.integer(genes.length)
  const [from, to] = cut < otherCut ? [cut, otherCut] : [otherCut, cut]
  return [...genes.slice(0, from), ...genes.slice(from, to).reverse(), ...genes.slice(to)]
}
