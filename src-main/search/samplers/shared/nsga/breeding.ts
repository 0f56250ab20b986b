import { blendCrossover } from '../../../../math/evolution/crossover/blend.ts'
import { twoCuts } from '../../../../math/evolution/crossover/exchange.ts'
import {
  simplexCrossover,
  unimodalNormalCrossover,
  vsbxCrossover,
} from '../../../../math/evolution/crossover/many-parents.ts'
import { boundedSimulatedBinaryCrossover } from '../../../../math/evolution/crossover/simulated-binary.ts'
import { boundedPolynomialMutation } from '../../../../math/evolution/mutation/polynomial.ts'
import { selectByLexicase } from '../../../../math/evolution/selection/lexicase.ts'
import { clamp } from '../../../../math/numbers.ts'
import { dominates } from '../../../../math/pareto/point.ts'
import type { RandomStream } from '../../../../math/random/random-stream.ts'
import type { Parameter } from '../../../space/search-space.ts'
import { mutateGene } from '../population/mutate-gene.ts'
import type { Genome, Member, Population } from './population.ts'
import type { NsgaSettings } from './settings.ts'

export interface Child {
  readonly genome: Genome
  /** One, or as many as the crossover takes. */
  readonly parents: readonly Member[]
  /** Names of the parameters whose gene was mutated. */
  readonly mutated: readonly string[]
}

/** A child of one population: crossed with `crossoverProbability`, otherwise a copy; then mutated. */
export function breed(
  population: Population,
  parameters: readonly Parameter[],
  settings: NsgaSettings,
  random: RandomStream,
): Child {
  const isCrossed = random.uniform() < settings.crossoverProbability
  const parents = selectParents(population, isCrossed ? parentCount(settings) : 1, settings, random)
  const genomes = parents.map(({ genome }) => genome)
  const crossed =
    genomes.length > 1 ? cross(genomes, parameters, settings, random) : (genomes[0] as Genome)
  return { parents, ...mutate(crossed, parameters, settings, random) }
}

function parentCount({ crossover }: NsgaSettings): number {
  return crossover === 'simplex' || crossover === 'unimodalNormal' ? 3 : 2
}

/** Different members, fewer if the population is smaller. */
function selectParents(
  population: Population,
  count: number,
  settings: NsgaSettings,
  random: RandomStream,
): Member[] {
  const { members } = population
  const free = [...members.keys()]
  const parents: Member[] = []
  while (parents.length < count && free.length > 0) {
    const freeIndex = settings.selection === 'lexicase' ? byLexicase() : byTournament()
    parents.push(members[free[freeIndex] as number] as Member)
    free.splice(freeIndex, 1)
  }
  return parents

  function byTournament(): number {
    let best = random.integer(free.length)
    for (let draw = 1; draw < settings.tournamentSize; draw++) {
      const other = random.integer(free.length)
      if (wins(free[other] as number, free[best] as number)) best = other
    }
    return best
  }

  /** The cases are the goals and the violation of constraints. */
  function byLexicase(): number {
    const errors = (freeIndex: number): readonly number[] => {
      const { losses, violation } = members[free[freeIndex] as number] as Member
      return [...losses, violation].map(loss => clamp(loss, -Number.MAX_VALUE, Number.MAX_VALUE))
    }
    const tolerance = settings.lexicaseTolerance
    return selectByLexicase([...free.keys()], 1, errors, tolerance, random)[0] as number
  }

  function wins(challenger: number, holder: number): boolean {
    if (settings.tournament === 'dominance') {
      return !isBetter(members[holder] as Member, members[challenger] as Member)
    }
    const { ranks, crowding } = population
    const [rank, other] = [ranks[challenger] as number, ranks[holder] as number]
    if (rank !== other) return rank < other
    return (crowding[challenger] as number) > (crowding[holder] as number)
  }
}

/** Constrained domination. */
function isBetter(first: Member, second: Member): boolean {
  if (first.violation !== second.violation) return first.violation < second.violation
  return first.violation === 0 && dominates(first.losses, second.losses)
}

/** @param genomes two or three */
function cross(
  genomes: readonly Genome[],
  parameters: readonly Parameter[],
  settings: NsgaSettings,
  random: RandomStream,
): Genome {
  const first = genomes[0] as Genome
  const second = genomes[1] as Genome
  const isFromSecond = secondGenes(parameters.length, settings, random)
  const child = first.map((gene, axis) => {
    const [wanted, other] = isFromSecond(axis)
      ? [second[axis] as number, gene]
      : [gene, second[axis] as number]
    // The other parent steps in where the parameter was inactive.
    return Number.isNaN(wanted) ? other : wanted
  })
  if (settings.crossover === 'uniform' || settings.crossover === 'twoPoint') return child
  // Choices have no in-between, and a computed gene needs all parents.
  const axes = [...parameters.keys()].filter(
    axis =>
      parameters[axis]?.kind !== 'choice' &&
      genomes.every(genome => !Number.isNaN(genome[axis] as number)),
  )
  const numbers = genomes.map(genome => axes.map(axis => genome[axis] as number))
  compute(numbers, settings, random).forEach((value, index) => {
    child[axes[index] as number] = clamp(value, 0, 1)
  })
  return child
}

/** Which genes are copied from the second parent. */
function secondGenes(
  size: number,
  { crossover, swapProbability }: NsgaSettings,
  random: RandomStream,
): (axis: number) => boolean {
  if (crossover !== 'twoPoint' || size < 2) return () => random.uniform() < swapProbability
  const [from, to] = twoCuts(0, size, random)
  return axis => axis >= from && axis < to
}

function compute(
  parents: readonly number[][],
  settings: NsgaSettings,
  random: RandomStream,
): readonly number[] {
  const [first, second, third] = parents as [number[], number[], number[] | undefined]
  const either = (children: [number[], number[]]): number[] =>
    children[random.integer(2)] as number[]
  switch (settings.crossover) {
    case 'blend':
      return either(blendCrossover(first, second, settings.blendAlpha, random))
    case 'simulatedBinary':
      return either(
        boundedSimulatedBinaryCrossover(first, second, settings.crossoverEta, 0, 1, random),
      )
    case 'vsbx':
      return either(vsbxCrossover(first, second, settings.crossoverEta, random))
    case 'unimodalNormal':
      if (third !== undefined) return unimodalNormalCrossover([first, second, third], random)
      return simplexCrossover(parents, random)
    default:
      return simplexCrossover(parents, random)
  }
}

function mutate(
  genome: Genome,
  parameters: readonly Parameter[],
  settings: NsgaSettings,
  random: RandomStream,
): { genome: Genome; mutated: string[] } {
  const mutated: string[] = []
  const polynomialStep = (gene: number): number =>
    boundedPolynomialMutation([gene], settings.mutationEta, 0, 1, 1, random)[0] as number
  const present = genome.reduce((count, gene) => count + (Number.isNaN(gene) ? 0 : 1), 0)
  const probability = settings.mutationProbability ?? 1 / Math.max(present, 1)
  const mutant = genome.map((gene, axis) => {
    if (Number.isNaN(gene) || random.uniform() >= probability) return gene
    const parameter = parameters[axis] as Parameter
    mutated.push(parameter.name)
    return settings.mutation === 'uniform'
      ? random.uniform()
      : mutateGene(parameter, gene, polynomialStep, random)
  })
  return { genome: mutant, mutated }
}
