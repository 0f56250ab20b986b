import type { RandomStream } from '../../random/random-stream.ts'
import { twoCuts } from './exchange.ts'

/**
 * Crossovers of two permutations of 0 … n − 1; both children are permutations again. Meaning of DEAP's
 * operators.
 *
 * - D. E. Goldberg, R. Lingle: Alleles, loci, and the traveling salesman problem. ICGA 1985, 154–159
 *   (partially matched).
 * - L. Davis: Applying adaptive algorithms to epistatic domains. IJCAI 1985, 162–164 (ordered).
 * - V. A. Cicirello, S. F. Smith: Modeling GA performance for control parameter optimization. GECCO 2000,
 *   235–242 (uniform partially matched).
 */

/**
 * Each child takes the other parent's items between two random places (included) and fills the rest,
 * from behind the second place on and around, with its own parent's other items in their order.
 * @param first at least two items
 */
export function orderedCrossover(
  first: readonly number[],
  second: readonly number[],
  random: RandomStream,
): [number[], number[]] {
  const size = first.length
  const firstCut = random.integer(size)
  const drawnCut = random.integer(size - 1)
  // The last place stands in for the one already taken.
  const secondCut = drawnCut === firstCut ? size - 1 : drawnCut
  const [from, to] = firstCut < secondCut ? [firstCut, secondCut] : [secondCut, firstCut]
  return [fillInOrder(first, second, from, to), fillInOrder(second, first, from, to)]
}

function fillInOrder(
  orderParent: readonly number[],
  segmentParent: readonly number[],
  from: number,
  to: number,
): number[] {
  const size = orderParent.length
  const child = [...segmentParent]
  const segmentItems = new Set(segmentParent.slice(from, to + 1))
  let position = to + 1
  for (let offset = 0; offset < size; offset++) {
    const item = orderParent[(to + 1 + offset) % size] as number
    if (!segmentItems.has(item)) child[position++ % size] = item
  }
  return child
}

/** Between two random cuts the parents' items change places, each within its own permutation. */
export function partiallyMatchedCrossover(
  first: readonly number[],
  second: readonly number[],
  random: RandomStream,
): [number[], number[]] {
  const [from, to] = twoCuts(0, first.length, random)
  return matchItems(first, second, position => position >= from && position < to)
}

/** The same at every position with probability `geneProbability`. */
export function uniformPartiallyMatchedCrossover(
  first: readonly number[],
  second: readonly number[],
  geneProbability: number,
  random: RandomStream,
): [number[], number[]] {
  return matchItems(first, second, () => random.uniform() < geneProbability)
}

function matchItems(
  first: readonly number[],
  second: readonly number[],
  isMatched: (position: number) => boolean,
): [number[], number[]] {
  const children: [number[], number[]] = [[...first], [...second]]
  const positions = children.map(child => {
    const positionOf: number[] = []
    child.forEach((item, position) => (positionOf[item] = position))
    return positionOf
  })
  first.forEach((_, position) => {
    if (!isMatched(position)) return
    const pair = children.map(child => child[position] as number)
    children.forEach((child, index) => {
      const positionOf = positions[index] as number[]
      const [currentItem, wanted] = [pair[index] as number, pair[1 - index] as number]
      const from = positionOf[wanted] as number
      child[position] = wanted
      child[from] = currentItem
      positionOf[currentItem] = from
      positionOf[wanted] = position
    })
  })
  return children
}
