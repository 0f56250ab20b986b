import { cutByNiches } from '../../../math/pareto/niches.ts'
import { simplexLattice, simplexLatticeSize } from '../../../math/pareto/simplex-lattice.ts'
import { surviveByFronts } from '../../../math/pareto/survival.ts'
import { createRandomStream } from '../../../math/random/stream.ts'
import { msg } from '../../../core/errors/message.ts'
import type { SamplerContext, SamplerDefinition } from '../sampler.ts'
import { createNsgaSampler } from '../shared/nsga/nsga.ts'
import type { Survival } from '../shared/nsga/population.ts'
import {
  type Nsga3Options,
  nsga3OptionsSchema,
  resolveNsgaSettings,
} from '../shared/nsga/settings.ts'

/**
 * NSGA-III: NSGA-II for many goals. With four goals and more nearly all trials are non-dominated, and crowding says
 * little; here each trial belongs to the nearest of evenly spread directions between the goals, and of one
 * front those stay whose directions have the fewest.
 *
 * Limits and operators are those of `nsga2`. Works with one goal and two as well, without advantage.
 *
 * Defaults, measured on DTLZ2 with 2 to 8 goals and 200 to 1,000 trials: population 20, the finest lattice of
 * at most 21 directions, but no coarser than 2 divisions. Populations of 25 and 40 and finer lattices were
 * behind throughout.
 *
 * K. Deb, H. Jain: An evolutionary many-objective optimization algorithm using reference-point-based
 * nondominated sorting approach, part I. IEEE Transactions on Evolutionary Computation 18(4), 2014, 577–601,
 * doi:10.1109/TEVC.2013.2281535; part II (constraints) 602–622, doi:10.1109/TEVC.2013.2281534.
 */
export const nsga3Sampler: SamplerDefinition<Nsga3Options> = {
  name: 'nsga3',
  docs: 'multi-objective',
  citation:
    'K. Deb, H. Jain: An evolutionary many-objective optimization algorithm using reference-point-based nondominated sorting. IEEE Transactions on Evolutionary Computation 18(4), 577–601, 2014.',
  worksInGenerations: true,
  optionsSchema: nsga3OptionsSchema,
  check,
  create,
}

const USUAL_POPULATION = 20
const USUAL_DIRECTIONS = 21
const MIN_DIVISIONS = 2
/** Every selection compares every candidate with every direction. */
const MAX_DIRECTIONS = 10_000
/** Optuna's; DEAP has none, its example takes 12 for three goals. */
const PRESET_DIVISIONS = { optuna: 3, deap: 12 } as const

function create(options: Nsga3Options, context: SamplerContext) {
  const { goals, seed } = context
  const directions = simplexLattice(goals.length, divisionsOf(options, goals.length))
  const survival: Survival = (candidates, ranks, count) => {
    // A stream per selection, so that a replay chooses the same.
    const number = candidates.reduce((last, candidate) => Math.max(last, candidate.number), 0)
    const random = createRandomStream({ seed, number, purpose: 'niches' })
    const losses = candidates.map(candidate => candidate.losses)
    return surviveByFronts(ranks, count, cutByNiches(losses, directions, random))
  }
  const settings = resolveNsgaSettings(options, USUAL_POPULATION)
  return createNsgaSampler('nsga3', settings, survival, context)
}

function divisionsOf({ divisions, preset }: Nsga3Options, goals: number): number {
  if (divisions !== undefined) return divisions
  if (preset !== 'tunewright') return PRESET_DIVISIONS[preset]
  if (goals === 1) return 1
  let most = MIN_DIVISIONS
  while (simplexLatticeSize(goals, most + 1) <= USUAL_DIRECTIONS) most++
  return most
}

function check(options: Nsga3Options, { goals }: SamplerContext) {
  const divisions = divisionsOf(options, goals.length)
  const size = simplexLatticeSize(goals.length, divisions)
  if (size <= MAX_DIRECTIONS) return []
  const values = { divisions, goals: goals.length, count: size, limit: MAX_DIRECTIONS }
  const rule = msg('rule.directions', values)
  return [{ path: ['sampler', 'divisions'], value: divisions, rule }]
}
