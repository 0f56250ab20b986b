import { msg, type MessageDescriptor } from '../../../../core/errors/message.ts'
import type { Assignment } from '../../../../core/trial/trial.ts'
import type { RandomStream } from '../../../../math/random/random-stream.ts'
import { latinHypercubePoint } from '../../latin-hypercube/latin-hypercube.ts'
import { createTrialFold } from '../population/trial-fold.ts'
import type { Sampler, SamplerContext } from '../../sampler.ts'
import { TriedPoints } from '../tried-points.ts'
import { breed, type Child } from './breeding.ts'
import {
  createGenePool,
  type Genome,
  memberOf,
  noPopulation,
  type Population,
  type Survival,
  withMember,
} from './population.ts'
import type { NsgaSettings } from './settings.ts'
import { startsAtRandom } from '../population-start.ts'

/** Children that are bred before a copy, or a point that was tried already, is proposed. */
const MAX_REPEATS = 10

/** The common part of NSGA-II and NSGA-III, which differ in who survives. */
export function createNsgaSampler(
  sampler: string,
  settings: NsgaSettings,
  survival: Survival,
  { space, goals, seed }: SamplerContext,
): Sampler {
  const pool = createGenePool(space)
  const populationAfter = createTrialFold<Population>(noPopulation, (population, trial) =>
    withMember(population, memberOf(trial, pool, goals), settings, survival),
  )
  const tried = new TriedPoints()

  return {
    propose({ trials, trialNumber, random }) {
      const population = populationAfter(trials)
      if (population.members.length === 0) {
        return startingPoint(population, trialNumber, random)
      }
      tried.follow(trials)
      let child: Child
      let parameters: Assignment
      let repeats = -1
      do {
        child = breed(population, pool.parameters, settings, random)
        parameters = pool.decode(child.genome, random)
        repeats++
      } while (settings.avoidRepeats && repeats < MAX_REPEATS && isKnown(child, parameters))
      return {
        parameters,
        provenance: {
          sampler,
          reason: reasonOf(child),
          detail: {
            phase: 'breeding',
            generation: population.generation + 1,
            parents: child.parents.map(({ number }) => number),
            crossover: child.parents.length > 1 ? settings.crossover : null,
            mutated: [...child.mutated],
            repeats,
          },
        },
      }
    },
  }

  function startingPoint(population: Population, trialNumber: number, random: RandomStream) {
    const { population: size, start } = settings
    // Trials beyond the hypercube stand in for those that failed or still run.
    const isRow = !startsAtRandom(start) && trialNumber < size
    const within = (): number => random.uniform()
    const point = isRow
      ? latinHypercubePoint(size, pool.parameters.length, trialNumber, seed, within)
      : pool.parameters.map(within)
    const parameters = pool.decode(Float64Array.from(point), random)
    const valued = population.offspring.length
    const reason = msg('proposal.firstPopulation', { valued, trials: size })
    const detail = { phase: 'start', generation: 0, row: isRow ? trialNumber : null }
    return { parameters, provenance: { sampler, reason, detail } }
  }

  function isKnown({ genome, parents }: Child, parameters: Assignment): boolean {
    return parents.some(parent => isSame(parent.genome, genome)) || tried.has(parameters)
  }
}

function isSame(first: Genome, second: Genome): boolean {
  return first.every((gene, axis) => Object.is(gene, second[axis]))
}

function reasonOf({ parents, mutated }: Child): MessageDescriptor {
  const trials = parents.map(({ number }) => number)
  const last = trials.pop()
  const changed = mutated.length === 0 ? undefined : mutated
  return trials.length === 0
    ? msg('proposal.copy', { trial: last, mutated: changed })
    : msg('proposal.child', { trials, last, mutated: changed })
}
