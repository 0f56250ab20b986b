import { blendCrossover } from '../../../math/evolution/crossover/blend.ts'
import {
  onePointCrossover,
  twoPointCrossover,
  uniformCrossover,
} from '../../../math/evolution/crossover/exchange.ts'
import { boundedSimulatedBinaryCrossover } from '../../../math/evolution/crossover/simulated-binary.ts'
import { gaussianMutation } from '../../../math/evolution/mutation/gaussian.ts'
import { logUniformMutation } from '../../../math/evolution/mutation/log-uniform.ts'
import { boundedPolynomialMutation } from '../../../math/evolution/mutation/polynomial.ts'
import { clamp } from '../../../math/numbers.ts'
import type { RandomStream } from '../../../math/random/random-stream.ts'
import type { Parameter } from '../../space/search-space.ts'
import { mutateGene } from '../population/mutate-gene.ts'
import type { GeneticSettings } from './settings.ts'

/**
 * The operators on points of the unit cube. Numeric genes stay within 0 … 1. The gene of a choice has no
 * order: crossovers that compute exchange it with probability ½, every mutation gives another of its values.
 */

type Point = readonly number[]

/** The smallest step of `logUniform` is the largest one / 2^OCTAVES: a thousandth. */
const OCTAVES = 10

/** One of the two children, either with equal probability. */
export function crossPoints(
  parameters: readonly Parameter[],
  first: Point,
  second: Point,
  settings: GeneticSettings,
  random: RandomStream,
): number[] {
  const child = crossBoth(first, second, settings, random)[random.integer(2)] as number[]
  const computes = settings.crossover === 'blend' || settings.crossover === 'simulatedBinary'
  return child.map((gene, axis) => {
    if (!computes || parameters[axis]?.kind !== 'choice') return clamp(gene, 0, 1)
    return (random.integer(2) === 0 ? first : second)[axis] as number
  })
}

function crossBoth(
  first: Point,
  second: Point,
  settings: GeneticSettings,
  random: RandomStream,
): [number[], number[]] {
  switch (settings.crossover) {
    case 'onePoint':
      return onePointCrossover(first, second, random)
    case 'twoPoint':
      return twoPointCrossover(first, second, random)
    case 'uniform':
      return uniformCrossover(first, second, settings.crossoverGeneProbability, random)
    case 'blend':
      return blendCrossover(first, second, settings.blendAlpha, random)
    case 'simulatedBinary':
      return boundedSimulatedBinaryCrossover(
        first,
        second,
        settings.crossoverEta,
        0,
        1,
        random,
        settings.crossoverGeneProbability,
      )
  }
}

/** Changes the gene of one axis. */
export function mutateAxis(
  parameter: Parameter,
  gene: number,
  settings: GeneticSettings,
  random: RandomStream,
): number {
  const move = (before: number): number => clamp(moveGene(before, settings, random), 0, 1)
  return mutateGene(parameter, gene, move, random)
}

function moveGene(gene: number, settings: GeneticSettings, random: RandomStream): number {
  switch (settings.mutation) {
    case 'gaussian':
      return gaussianMutation([gene], 0, settings.mutationSigma, 1, random)[0] as number
    case 'polynomial':
      return boundedPolynomialMutation([gene], settings.mutationEta, 0, 1, 1, random)[0] as number
    case 'logUniform':
      return logUniformMutation([gene], settings.mutationSigma, OCTAVES, 1, random)[0] as number
    case 'uniform':
      return random.uniform()
  }
}
