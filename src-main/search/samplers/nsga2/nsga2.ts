import { msg } from '../../../core/errors/message.ts'
import type { Point } from '../../../math/pareto/point.ts'
import { surviveByStrength } from '../../../math/pareto/strength.ts'
import {
  cutByCrowding,
  cutByHypervolume,
  scaleToRange,
  surviveByFronts,
} from '../../../math/pareto/survival.ts'
import type { SamplerContext, SamplerDefinition } from '../sampler.ts'
import { createNsgaSampler } from '../shared/nsga/nsga.ts'
import type { Survival } from '../shared/nsga/population.ts'
import {
  type Nsga2Options,
  nsga2OptionsSchema,
  resolveNsgaSettings,
} from '../shared/nsga/settings.ts'

/**
 * NSGA-II: a genetic algorithm for several goals. Of parents and children those stay that fewest fronts of others
 * dominate, of one front the least crowded; parents are the winners of small tournaments by the same
 * order. Feasible trials come before infeasible ones, those by how much they break the constraints.
 *
 * - Works with every space: numeric parameters are crossed and mutated in the unit cube, choices are
 *   copied or exchanged; a parameter that is inactive in one parent comes from the other.
 * - Any number of goals; with one it is a plain elitist genetic algorithm. From four on, NSGA-III.
 * - Any number of parallel trials: a child comes from the population as it is; selection takes results by number.
 *
 * Defaults (`tunewright`), measured on ZDT1–4, 6 and DTLZ2: see docs/multi-objective.md. Each result
 * competes at once with a small population (Durillo and others), which finds at 200 trials what a
 * generation of 50 finds at 500; values are exchanged whole, as good hyperparameters are often good by themselves.
 *
 * - K. Deb, A. Pratap, S. Agarwal, T. Meyarivan: A fast and elitist multiobjective genetic algorithm: NSGA-II.
 *   IEEE Transactions on Evolutionary Computation 6(2), 2002, 182–197, doi:10.1109/4235.996017.
 * - J. J. Durillo, A. J. Nebro, F. Luna, E. Alba: On the effect of the steady-state selection scheme in
 *   multi-objective genetic algorithms. EMO 2009, 183–197, doi:10.1007/978-3-642-01020-0_18.
 */
export const nsga2Sampler: SamplerDefinition<Nsga2Options> = {
  name: 'nsga2',
  docs: 'multi-objective',
  citation:
    'K. Deb et al.: A fast and elitist multiobjective genetic algorithm: NSGA-II. IEEE Transactions on Evolutionary Computation 6(2), 182–197, 2002.',
  worksInGenerations: true,
  optionsSchema: nsga2OptionsSchema,
  check,
  create(options, context) {
    // More goals have larger fronts: 10, 15, then 20.
    const usualPopulation = Math.min(5 * (context.goals.length + 1), 20)
    const settings = resolveNsgaSettings(options, usualPopulation)
    return createNsgaSampler('nsga2', settings, survivals[options.survival], context)
  },
}

/** Contributions to the hypervolume of more goals take too long for every trial. */
const MAX_HYPERVOLUME_GOALS = 4

function check({ survival }: Nsga2Options, { goals }: SamplerContext) {
  if (survival !== 'hypervolume' || goals.length <= MAX_HYPERVOLUME_GOALS) return []
  const values = { limit: MAX_HYPERVOLUME_GOALS, count: goals.length }
  const rule = msg('rule.hypervolumeGoals', values)
  return [{ path: ['sampler', 'survival'], value: survival, rule }]
}

const survivals: Readonly<Record<Nsga2Options['survival'], Survival>> = {
  crowding: (candidates, ranks, count) =>
    surviveByFronts(ranks, count, cutByCrowding(lossesOf(candidates))),
  hypervolume: (candidates, ranks, count) =>
    surviveByFronts(ranks, count, cutByHypervolume(lossesOf(candidates))),
  strength: (candidates, _, count) =>
    surviveByStrength(
      scaleToRange(lossesOf(candidates)),
      count,
      candidates.map(({ violation }) => violation),
    ),
}

function lossesOf(candidates: Parameters<Survival>[0]): Point[] {
  return candidates.map(({ losses }) => losses)
}
