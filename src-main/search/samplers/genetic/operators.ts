import {
  blendCrossover,
  type StrategyGenome,
  strategyBlendCrossover,
} from '../../../math/evolution/crossover/blend.ts'
import {
  messyOnePointCrossover,
  onePointCrossover,
  twoPointCrossover,
  uniformCrossover,
} from '../../../math/evolution/crossover/exchange.ts'
import {
  orderedCrossover,
  partiallyMatchedCrossover,
  uniformPartiallyMatchedCrossover,
} from '../../../math/evolution/crossover/permutation.ts'
import {
  boundedSimulatedBinaryCrossover,
  simulatedBinaryCrossover,
} from '../../../math/evolution/crossover/simulated-binary.ts'
import { clamp } from '../../../math/numbers.ts'
import type { RandomStream } from '../../../math/random/random-stream.ts'
import type { Parameter } from '../../space/search-space.ts'
import { isStrategy, type GeneticSettings } from './settings.ts'

/**
 * The crossovers on points of the unit cube. Numeric genes stay within 0 … 1. The gene of a choice has no order:
 * crossovers that compute or rearrange numbers exchange it with probability ½. The point of an evolution strategy has
 * one deviation per gene behind the genes.
 *
 * J. C. Bean: Genetic algorithms and random keys for sequencing and optimization. ORSA Journal on Computing 6, 1994,
 * 154–160, doi:10.1287/ijoc.6.2.154 (the numbers of a point stand for the permutation that sorts them).
 */

type Point = readonly number[]

/** Deviations of a strategy stay in here; less never leaves a place again, more is as good as any value. */
const MIN_DEVIATION = 1e-4
const MAX_DEVIATION = 1

export function clampDeviation(deviation: number): number {
  return clamp(Math.abs(deviation), MIN_DEVIATION, MAX_DEVIATION)
}

const exchanging: readonly GeneticSettings['crossover'][] = [
  'onePoint',
  'twoPoint',
  'uniform',
  'messyOnePoint',
]

/** One of the two children, either with equal probability. */
export function crossPoints(
  parameters: readonly Parameter[],
  first: Point,
  second: Point,
  settings: GeneticSettings,
  random: RandomStream,
): number[] {
  const size = parameters.length
  const children = crossBoth(parameters, first, second, settings, random)
  const child = children[random.integer(2)] as number[]
  const exchanges = exchanging.includes(settings.crossover)
  const genes = child.slice(0, size).map((gene, axis) => {
    if (exchanges || parameters[axis]?.kind !== 'choice') return clamp(gene, 0, 1)
    return (random.integer(2) === 0 ? first : second)[axis] as number
  })
  return isStrategy(settings) ? [...genes, ...child.slice(size).map(clampDeviation)] : genes
}

function crossBoth(
  parameters: readonly Parameter[],
  first: Point,
  second: Point,
  settings: GeneticSettings,
  random: RandomStream,
): [number[], number[]] {
  if (!isStrategy(settings)) return crossGenes(parameters, first, second, settings, random)
  const [a, b] = [first, second].map(point => strategyOf(point, parameters.length)) as [
    StrategyGenome,
    StrategyGenome,
  ]
  if (settings.crossover === 'strategyBlend') {
    const children = strategyBlendCrossover(a, b, settings.blendAlpha, random)
    const joined = children.map(({ genes, deviations }) => [...genes, ...deviations])
    return joined as [number[], number[]]
  }
  const [firstGenes, secondGenes] = crossGenes(parameters, a.genes, b.genes, settings, random)
  // Intermediate recombination, which Beyer and Schwefel advise for deviations.
  const middle = a.deviations.map((deviation, axis) => (deviation + (b.deviations[axis] ?? 0)) / 2)
  return [
    [...firstGenes, ...middle],
    [...secondGenes, ...middle],
  ]
}

/** @param point genes, then deviations */
export function strategyOf(point: Point, size: number): StrategyGenome {
  return { genes: point.slice(0, size), deviations: point.slice(size) }
}

function crossGenes(
  parameters: readonly Parameter[],
  first: Point,
  second: Point,
  settings: GeneticSettings,
  random: RandomStream,
): [number[], number[]] {
  const { crossoverGeneProbability, crossoverEta } = settings
  switch (settings.crossover) {
    case 'onePoint':
      return onePointCrossover(first, second, random)
    case 'twoPoint':
      return twoPointCrossover(first, second, random)
    case 'uniform':
      return uniformCrossover(first, second, crossoverGeneProbability, random)
    case 'messyOnePoint': {
      const [firstChild, secondChild] = messyOnePointCrossover(first, second, random)
      return [ofLength(firstChild, first), ofLength(secondChild, second)]
    }
    case 'blend':
    case 'strategyBlend':
      return blendCrossover(first, second, settings.blendAlpha, random)
    case 'simulatedBinary':
      return boundedSimulatedBinaryCrossover(
        ...([first, second, crossoverEta, 0, 1, random, crossoverGeneProbability] as const),
      )
    case 'simulatedBinaryUnbounded':
      return simulatedBinaryCrossover(first, second, crossoverEta, random)
    case 'ordered':
      return crossOrders(parameters, first, second, (a, b) => orderedCrossover(a, b, random))
    case 'partiallyMatched':
      return crossOrders(parameters, first, second, (a, b) =>
        partiallyMatchedCrossover(a, b, random),
      )
    case 'uniformPartiallyMatched':
      return crossOrders(parameters, first, second, (a, b) =>
        uniformPartiallyMatchedCrossover(a, b, crossoverGeneProbability, random),
      )
  }
}

/** A messy child cut to the length of its parent, or filled up with the parent's genes. */
function ofLength(child: Point, parent: Point): number[] {
  return parent.map((gene, axis) => child[axis] ?? gene)
}

/**
 * Crosses the orders of two parents' numbers: a child has the numbers of its parent in the order that the permutations'
 * crossover gives.
 */
function crossOrders(
  parameters: readonly Parameter[],
  first: Point,
  second: Point,
  cross: (first: number[], second: number[]) => [number[], number[]],
): [number[], number[]] {
  const axes = [...parameters.keys()].filter(axis => parameters[axis]?.kind !== 'choice')
  if (axes.length < 2) return [[...first], [...second]]
  const keys = [first, second].map(point => axes.map(axis => point[axis] as number))
  const orders = keys.map(ranksOf) as [number[], number[]]
  const children = cross(...orders).map((ranks, index) => {
    const sorted = [...(keys[index] as number[])].sort((a, b) => a - b)
    const child = [...((index === 0 ? first : second) as number[])]
    axes.forEach((axis, position) => {
      child[axis] = sorted[ranks[position] as number] as number
    })
    return child
  })
  return children as [number[], number[]]
}

/** 0 for the smallest … ; of equals the first is the smaller. */
function ranksOf(keys: readonly number[]): number[] {
  const order = [...keys.keys()].sort((a, b) => (keys[a] as number) - (keys[b] as number) || a - b)
  const ranks: number[] = []
  order.forEach((index, rank) => (ranks[index] = rank))
  return ranks
}
