import type { NsgaSettings } from './settings.ts'
import type { Goal } from '../../../../core/study/study-specification.ts'
import type { TrialSnapshot, Assignment } from '../../../../core/trial/trial.ts'
import { crowdingDistances } from '../../../../math/pareto/crowding-distance.ts'
import { frontsOf, nonDominatedRanks } from '../../../../math/pareto/non-dominated-sort.ts'
import { goalLosses, constraintViolation } from '../../../ranking.ts'
import { ownValue } from '../../../../core/values/named-values.ts'
import type { RandomStream } from '../../../../math/random/random-stream.ts'
import type { Parameter, SearchSpace } from '../../../space/search-space.ts'
import { toUnit } from '../../../space/unit-cube.ts'
import { assignmentAt, variedParameters } from '../unit-coordinates.ts'

/** A trial with a result. */
export interface Member {
  readonly number: number
  readonly genome: Genome
  /** One per goal, to be minimized. */
  readonly losses: Float64Array
  /** See `constraintViolation`. */
  readonly violation: number
}

/** The algorithm after some trials with results; never changed, a trial gives a new one. */
export interface Population {
  /** Selections so far; 0 while the first population fills up. */
  readonly generation: number
  readonly members: readonly Member[]
  /** Since the last selection. */
  readonly offspring: readonly Member[]
  /** Of the members: constrained non-dominated rank and crowding distance within it. */
  readonly ranks: Int32Array
  readonly crowding: Float64Array
}

export const noPopulation: Population = {
  generation: 0,
  members: [],
  offspring: [],
  ranks: new Int32Array(0),
  crowding: new Float64Array(0),
}

export function memberOf(trial: TrialSnapshot, pool: GenePool, goals: readonly Goal[]): Member {
  return {
    number: trial.number,
    genome: pool.encode(trial.parameters),
    losses: goalLosses(trial, goals),
    violation: constraintViolation(trial),
  }
}

/**
 * Which `count` members stay.
 * @param ranks of the candidates
 */
export type Survival = (
  candidates: readonly Member[],
  ranks: Int32Array,
  count: number,
) => readonly number[]

/** The population after one more trial: it waits until enough have come, then parents and children compete. */
export function withMember(
  population: Population,
  member: Member,
  { population: size, offspring: wanted }: Pick<NsgaSettings, 'population' | 'offspring'>,
  survival: Survival,
): Population {
  const offspring = [...population.offspring, member]
  const isFirst = population.members.length === 0
  if (offspring.length < (isFirst ? size : wanted)) return { ...population, offspring }
  const candidates = [...population.members, ...offspring]
  const ranks = ranksOf(candidates)
  // By number, so that the order of equals does not depend on former selections.
  const staying = [...survival(candidates, ranks, size)]
    .map(index => candidates[index] as Member)
    .sort((a, b) => a.number - b.number)
  return describe(staying, population.generation + (isFirst ? 0 : 1))
}

function describe(members: readonly Member[], generation: number): Population {
  const ranks = ranksOf(members)
  const crowding = new Float64Array(members.length)
  for (const front of frontsOf(ranks)) {
    const distances = crowdingDistances(front.map(index => (members[index] as Member).losses))
    front.forEach((index, position) => (crowding[index] = distances[position] as number))
  }
  return { generation, members, offspring: [], ranks, crowding }
}

function ranksOf(members: readonly Member[]): Int32Array {
  const losses = members.map(member => member.losses)
  const violations = members.map(({ violation }) => violation)
  return nonDominatedRanks(
    losses,
    violations.some(violation => violation > 0) ? violations : undefined,
  )
}

/**
 * One gene per varied parameter: a coordinate in [0, 1], in the middle of its share for countable values; NaN
 * for a parameter that is inactive.
 */
export type Genome = Float64Array

/** Translates between assignments and genomes of a space. */
export interface GenePool {
  readonly parameters: readonly Parameter[]
  encode(assignment: Assignment): Genome
  /**
   * The assignment of a genome. Genes of parameters that turn out inactive are left out; missing ones of active
   * parameters are drawn at random.
   */
  decode(genome: Genome, random: RandomStream): Assignment
}

export function createGenePool(space: SearchSpace): GenePool {
  const parameters = variedParameters(space)
  return {
    parameters,
    encode: assignment =>
      Float64Array.from(parameters, parameter => {
        const value = ownValue(assignment, parameter.name)
        return value === undefined ? Number.NaN : toUnit(parameter, value)
      }),
    decode: (genome, random) =>
      assignmentAt(space, position => {
        const gene = genome[position] as number
        return Number.isNaN(gene) ? random.uniform() : gene
      }),
  }
}
