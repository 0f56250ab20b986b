import { isSameAssignment } from '../shared/tried-points.ts'
import type { Assignment } from '../../../core/trial/trial.ts'
import {
  selectByRoulette,
  selectByUniversalSampling,
} from '../../../math/evolution/selection/proportional.ts'
import {
  selectBest,
  selectByTournament,
  selectRandom,
} from '../../../math/evolution/selection/ranked.ts'
import type { RandomStream } from '../../../math/random/random-stream.ts'
import type { Parameter, SearchSpace } from '../../space/search-space.ts'
import { compareMerits } from '../../ranking.ts'
import type { Solution } from '../shared/population/solution.ts'
import { assignmentAt } from '../shared/unit-coordinates.ts'
import { mutatePoint } from './mutate-point.ts'
import { crossPoints } from './operators.ts'
import type { GeneticSettings } from './settings.ts'

/** A new individual and how it came about. */
export interface Child {
  readonly point: readonly number[]
  readonly assignment: Assignment
  /** Trials: none for a point of the start, one for a mutant, two for a crossing. */
  readonly parents: readonly number[]
  readonly crossed: boolean
  /** Names of the parameters that were mutated. */
  readonly mutated: readonly string[]
  /** How often it had to be mutated again, because it was its parent or had been tried before. */
  readonly repeats: number
}

const MAX_REPEATS = 10

/**
 * A child of `population`: crossed, mutated or both, by the two probabilities, but never neither, because
 * a copy of a parent needs no trial. It differs from its parents.
 * @param parameters the varied ones: one gene each
 * @param population not empty
 * @param isTried whether a point need not be tried again
 */
export function breed(
  space: SearchSpace,
  parameters: readonly Parameter[],
  settings: GeneticSettings,
  population: readonly Solution[],
  random: RandomStream,
  isTried: (assignment: Assignment) => boolean,
): Child {
  const first = selectParents(population, 1, settings, random)[0] as Solution
  const others = population.filter(other => other !== first)
  const mayCross = others.length > 0
  let isCrossed: boolean
  let isMutated: boolean
  do {
    isCrossed = random.uniform() < settings.crossoverProbability
    isMutated = random.uniform() < settings.mutationProbability
  } while (!isCrossed && !isMutated)
  isCrossed &&= mayCross
  isMutated ||= !isCrossed
  const parents = [first]
  let point = first.point
  if (isCrossed) {
    const second = selectParents(others, 1, settings, random)[0] as Solution
    parents.push(second)
    point = crossPoints(parameters, first.point, second.point, settings, random)
  }
  const mutated = new Set<string>()
  let assignment = assign(space, point)
  function mutate(): void {
    const active = [...parameters.keys()].filter(axis =>
      Object.hasOwn(assignment, (parameters[axis] as Parameter).name),
    )
    const mutant = mutatePoint(parameters, point, active, settings, random)
    for (const axis of mutant.axes) mutated.add((parameters[axis] as Parameter).name)
    point = mutant.point
    assignment = assign(space, point)
  }
  if (isMutated) mutate()
  const isParent = (): boolean =>
    parents.some(parent => isSameAssignment(assignment, parent.assignment))
  let repeats = 0
  while (repeats < MAX_REPEATS && (isParent() || isTried(assignment))) {
    mutate()
    repeats++
  }
  return {
    point,
    assignment,
    parents: parents.map(({ number }) => number),
    crossed: isCrossed,
    mutated: [...mutated],
    repeats,
  }
}

function assign(space: SearchSpace, point: readonly number[]): Assignment {
  return assignmentAt(space, axis => point[axis] as number)
}

export function selectParents(
  population: readonly Solution[],
  count: number,
  { selection, tournamentSize }: GeneticSettings,
  random: RandomStream,
): Solution[] {
  switch (selection) {
    case 'tournament':
      return selectByTournament(population, count, tournamentSize, compareMerits, random)
    case 'best':
      return selectBest(population, count, compareMerits)
    case 'random':
      return selectRandom(population, count, random)
    case 'roulette':
      return selectByRoulette(population, count, linearRanks(population), random)
    case 'universalSampling':
      return selectByUniversalSampling(population, count, linearRanks(population), random)
  }
}

/** N for the best of N … 1 for the worst: a fitness that needs no positive values. */
function linearRanks(population: readonly Solution[]): (solution: Solution) => number {
  const ranked = [...population].sort(compareMerits)
  const fitness = new Map(ranked.map((solution, rank) => [solution, ranked.length - rank]))
  return solution => fitness.get(solution) as number
}
