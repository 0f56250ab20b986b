import type { Goal } from '../../../contract/study-specification.ts'
import type { TrialSnapshot } from '../../../contract/trial.ts'
import { crowdingDistances } from '../../../math/pareto/crowding-distance.ts'
import { frontsOf, nonDominatedRanks } from '../../../math/pareto/non-dominated-sort.ts'
import { goalLosses } from '../../goal-losses.ts'
import { constraintViolation } from '../../violation.ts'
import type { GenePool, Genome } from './genome.ts'

/** A trial with a result. */
export interface Member {
  readonly number: number
  readonly genome: Genome
  /** One per goal, to be minimised. */
  readonly losses: Float64Array
  /** See `constraintViolation`. */
  readonly violation: number
}

/** What the algorithm knows after some trials with results; never changed, a trial gives a new one. */
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
  {
    population: size,
    offspring: wanted,
  }: { readonly population: number; readonly offspring: number },
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
  const isConstrained = members.some(({ violation }) => violation > 0)
  return nonDominatedRanks(
    losses,
    isConstrained ? members.map(({ violation }) => violation) : undefined,
  )
}
