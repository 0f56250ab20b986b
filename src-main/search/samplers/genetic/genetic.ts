import { msg, type MessageDescriptor } from '../../../core/errors/message.ts'
import { signOf } from '../../../core/trial/ranking.ts'
import { ownValue } from '../../../core/values/named-values.ts'
import type { JsonObject } from '../../../core/values/json.ts'
import type { Goal } from '../../../core/study/study-specification.ts'
import type { Assignment, TrialSnapshot } from '../../../core/trial/trial.ts'
import { generationStatistics } from '../../../math/evolution/generation-statistics.ts'
import { selectBest } from '../../../math/evolution/selection/ranked.ts'
import { createRandomStream } from '../../../math/random/stream.ts'
import { latinHypercubePoint } from '../latin-hypercube/latin-hypercube.ts'
import { RepeatCheck } from '../shared/population/repeat-check.ts'
import { compareMerits } from '../../ranking.ts'
import { type Solution, solutionOf } from '../shared/population/solution.ts'
import { trialCoordinate } from '../shared/population/trial-coordinate.ts'
import { createTrialFold } from '../shared/population/trial-fold.ts'
import {
  oneGoalOnly,
  type Sampler,
  type SamplerContext,
  type SamplerDefinition,
} from '../sampler.ts'
import { assignmentAt, variedParameters } from '../shared/unit-coordinates.ts'
import { breed, type Child } from './breeding.ts'
import { addSolution, firstState, type GeneticState, type Island, islandOf } from './generations.ts'
import {
  type GeneticOptions,
  geneticOptionsSchema,
  type GeneticSettings,
  isStrategy,
  resolveGeneticSettings,
} from './settings.ts'
import { startsAtRandom } from '../shared/population-start.ts'

/**
 * Genetic algorithm: a population of trials breeds; a child is crossed from two parents, mutated, or both,
 * and takes a place in the population if it deserves one.
 *
 * - Every space. A parameter is a gene: numbers are coordinates in the unit cube; a choice has no order, so it is
 *   exchanged and mutated as a whole. Genes of inactive parameters are carried along until they are active again.
 * - One goal. Feasible trials are better than infeasible ones (Deb's rules), or a penalty is added.
 * - Any number of parallel trials: a generation ends when enough results of its island are in, whichever they are; a child is
 *   bred from the population as it is then. Trials that fail are replaced by further children.
 *
 * The default was chosen on 18 problems that are not in docs/samplers/genetic.md. It is a steady-state algorithm, a
 * generation is one trial: with a few hundred trials none can be spent on a population that waits. `deap` is
 * the textbook's; the child that needs no evaluation there costs no trial here either.
 *
 * - J. H. Holland: Adaptation in natural and artificial systems. University of Michigan Press, 1975.
 * - F.-A. Fortin, F.-M. De Rainville, M.-A. Gardner, M. Parizeau, C. Gagné: DEAP: evolutionary algorithms made easy.
 *   Journal of Machine Learning Research 13, 2012, 2171–2175 (the algorithms' and operators' meaning).
 * - G. Syswerda: A study of reproduction in generational and steady-state genetic algorithms. Foundations of genetic
 *   algorithms 1, 1991, 94–101, doi:10.1016/B978-0-08-050684-5.50009-4.
 */
export const geneticSampler: SamplerDefinition<GeneticOptions> = {
  name: 'genetic',
  citation:
    'D. E. Goldberg: Genetic algorithms in search, optimization, and machine learning. Addison-Wesley, 1989.',
  worksInGenerations: true,
  optionsSchema: geneticOptionsSchema,
  check,
  create: (options, context) => createGeneticSampler(resolveGeneticSettings(options), context),
}

function check(options: GeneticOptions, context: SamplerContext) {
  const settings = resolveGeneticSettings(options)
  const { algorithm, population, offspring, elites, islands, migrants } = settings
  const problems = oneGoalOnly('genetic', context)
  const refuse = (option: keyof GeneticSettings, rule: MessageDescriptor): void => {
    problems.push({ path: ['sampler', option], value: settings[option], rule })
  }
  if (algorithm === 'muCommaLambda' && offspring < population) {
    refuse('offspring', msg('rule.atLeastOption', { option: 'population', limit: population }))
  }
  if (elites >= population)
    refuse('elites', msg('rule.belowOption', { option: 'population', limit: population }))
  if (islands > 1 && migrants >= population) {
    refuse('migrants', msg('rule.belowOption', { option: 'population', limit: population }))
  }
  if (settings.crossoverProbability === 0 && settings.mutationProbability === 0) {
    refuse('mutationProbability', msg('rule.needsVariation'))
  }
  return problems
}

function createGeneticSampler(settings: GeneticSettings, context: SamplerContext): Sampler {
  const { space, seed } = context
  const parameters = variedParameters(space)
  const { direction } = context.goals[0] as SamplerContext['goals'][number]
  const repeats = new RepeatCheck(space)
  const children = new Map<number, { readonly island: Island; readonly child: Child }>()

  function bear(island: Island, number: number): Child {
    const random = createRandomStream({ seed, number, purpose: 'genetic' })
    if (island.generation === 0) {
      const rows = settings.population * settings.islands
      const within = (): number => random.uniform()
      const genes = startsAtRandom(settings.start)
        ? parameters.map(within)
        : latinHypercubePoint(rows, parameters.length, number, seed, within)
      const assignment = assignmentAt(space, axis => genes[axis] as number)
      const deviations = isStrategy(settings) ? genes.map(() => settings.mutationSigma) : []
      const point = [...genes, ...deviations]
      return { point, assignment, parents: [], crossed: false, mutated: [], repeats: 0 }
    }
    const isTried = (assignment: Assignment): boolean =>
      settings.avoidRepeats && repeats.isRepeat(assignment, number)
    return breed(space, parameters, settings, island.parents, random, isTried)
  }

  function childOf(state: GeneticState, number: number): Child {
    const island = state.islands[islandOf(number, settings)] as Island
    const cached = children.get(number)
    if (cached?.island.parents === island.parents) return cached.child
    const child = bear(island, number)
    children.set(number, { island, child })
    return child
  }

  function add(state: GeneticState, trial: TrialSnapshot): GeneticState {
    // Deviations of a strategy show in no value of the trial.
    const expected = childOf(state, trial.number).point
    const point = parameters.map((parameter, axis) => {
      const value = ownValue(trial.parameters, parameter.name)
      return trialCoordinate(parameter, value, expected[axis] as number)
    })
    point.push(...expected.slice(parameters.length))
    const solution = solutionOf(trial, point, direction)
    return addSolution(state, penalized(solution), settings, seed)
  }

  function penalized(solution: Solution): Solution {
    if (settings.constraints === 'feasibleFirst') return solution
    const loss = solution.loss + settings.penalty * solution.violation
    return { ...solution, loss, violation: 0 }
  }

  const fold = createTrialFold(firstState(settings), add)
  /** All proposals from one population share its description. */
  let described: { readonly parents: Island['parents']; readonly detail: JsonObject } | null = null

  function describe({ parents }: Island): JsonObject {
    if (described?.parents !== parents) {
      described = { parents, detail: describePopulation(parents, direction) }
    }
    return described.detail
  }

  return {
    propose({ trials, trialNumber }) {
      repeats.follow(trials)
      const state = fold(trials)
      const child = childOf(state, trialNumber)
      const island = state.islands[islandOf(trialNumber, settings)] as Island
      return {
        parameters: child.assignment,
        provenance: {
          sampler: 'genetic',
          reason: reasonOf(child, island, settings),
          detail: {
            origin: originOf(child),
            island: islandOf(trialNumber, settings),
            generation: island.generation,
            parents: [...child.parents],
            crossover: child.crossed ? settings.crossover : null,
            mutation: child.mutated.length > 0 ? settings.mutation : null,
            mutated: [...child.mutated],
            repeats: child.repeats,
            migrations: state.migrations,
            waiting: island.offspring.length,
            population: describe(island),
          },
        },
      }
    },
  }
}

function originOf({ parents, crossed, mutated }: Child): string {
  if (parents.length === 0) return 'start'
  const hows = [crossed && 'crossover', (mutated.length > 0 || !crossed) && 'mutation']
  return hows.filter(Boolean).join(' and ')
}

function reasonOf(
  child: Child,
  { generation, offspring }: Island,
  settings: GeneticSettings,
): MessageDescriptor {
  const { parents } = child
  if (parents.length === 0) {
    const values = { valued: offspring.length, individuals: settings.population }
    return msg('proposal.populationStart', values)
  }
  const mutated = child.mutated.length === 0 ? undefined : child.mutated
  const last = parents.at(-1)
  return parents.length === 1
    ? msg('proposal.mutation', { generation, trial: last, mutated })
    : msg('proposal.crossing', { generation, trials: parents.slice(0, -1), last, mutated })
}

/** The values of those that breed; null where there is no number. */
function describePopulation(parents: Island['parents'], direction: Goal['direction']): JsonObject {
  const sign = signOf(direction)
  const losses = parents.map(({ loss }) => loss).filter(Number.isFinite)
  const statistics = generationStatistics(losses.map(loss => sign * loss))
  const number = (value: number): number | null => (Number.isFinite(value) ? value + 0 : null)
  return {
    size: parents.length,
    best: selectBest(parents, 1, compareMerits)[0]?.number ?? null,
    average: number(statistics.average),
    standardDeviation: number(statistics.standardDeviation),
    minimum: number(statistics.minimum),
    maximum: number(statistics.maximum),
  }
}
