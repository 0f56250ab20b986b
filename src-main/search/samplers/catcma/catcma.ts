import { msg } from '../../../core/errors/message.ts'
import type { Assignment, TrialSnapshot } from '../../../core/trial/trial.ts'
import { defaultPopulationSize } from '../../../math/cma-es/constants.ts'
import { assignmentKey } from '../shared/tried-points.ts'
import { createEncoding } from '../cmaes/encoding.ts'
import { firstRun } from '../cmaes/runs.ts'
import {
  checkWarmStart,
  createDistributionSampler,
  type DistributionRules,
} from '../cmaes/distribution-sampler.ts'
import { warmStart } from '../cmaes/warm-start.ts'
import { oneGoalOnly, type SamplerContext, type SamplerDefinition } from '../sampler.ts'
import { variedParameters } from '../shared/unit-coordinates.ts'
import {
  type CatcmaOptions,
  catcmaOptionsSchema,
  beginRun,
  coldRunStart,
  type RunState,
} from './run-state.ts'
import { drawNew, tell } from './search-state.ts'

/**
 * CatCMA with margin: one distribution for all kinds of parameters, a normal one over floats, ints, steps
 * and ordinals, and one of probabilities over the values of every choice. Both move toward the better points
 * of every generation; a margin keeps discrete parameters from freezing. Strong from about 100 trials on.
 *
 * - One goal; constraints by ranking feasible trials first. Conditional parameters are drawn always and dropped
 *   where they are inactive.
 * - Any number of parallel trials: results are taken as they come, λ at a time. A trial is recognized by drawing its
 *   point again, so that what clipping and rounding have hidden is known; a trial from elsewhere stands for a
 *   point that could have been drawn, not further away than such points are.
 * - Points outside the bounds are tried at the nearest one inside, and their rank gets a penalty.
 * - Points that have a result already are not tried again (`repeats: false`, not in the papers): the known
 *   result counts as one more sample, at most 1,000 of them for one trial. On three of four complete tables of
 *   trainings (docs/samplers/catcma.md) this halves the distance to the optimum after 100 trials, or better.
 * - A converged run starts again at a random point.
 * - Takes over from another sampler, or from trials of its own that are spread over the space, with `warmStart`:
 *   see `cmaes/distribution-sampler.ts`. When the run that began so has converged, a usual first run follows.
 *
 * Defaults: those of the authors' package `cmaes` 0.13.1, in which the first deviation is 1/12 of the range
 * of floats and 1/10 of the span of other numbers. 1/8 and 1/6 were worse on smooth functions, better in
 * the first 50 trials of tables. Kernels equal the package to 1e-6 (tested), but that a path counts as stalled by
 * the tutorial's rule, which is one generation off in the package.
 *
 * - R. Hamano, M. Nomura, S. Saito, K. Uchida, S. Shirakawa: CatCMA with margin: stochastic optimization for
 *   continuous, integer, and categorical variables. GECCO 2025, arXiv:2504.07884.
 * - R. Hamano, S. Saito, M. Nomura, K. Uchida, S. Shirakawa: CatCMA: stochastic optimization for
 *   mixed-category problems. GECCO 2024, 656–664, doi:10.1145/3638529.3654198.
 * - M. Nomura et al.: Warm starting CMA-ES for hyperparameter optimization. AAAI 2021, 9188–9196,
 *   arXiv:2012.06932.
 * - N. Hansen: Injecting external solutions into CMA-ES. 2011, arXiv:1110.4181.
 */
export const catcmaSampler: SamplerDefinition<CatcmaOptions> = {
  name: 'catcma',
  citation:
    'R. Hamano et al.: CatCMA: stochastic optimization for mixed-category problems. GECCO 2024, arXiv:2405.09962.',
  worksInGenerations: true,
  optionsSchema: catcmaOptionsSchema,
  check,
  create,
}

/** Of n × n matrices that are renewed in every generation. */
const MAX_DIMENSION = 500

function check(options: CatcmaOptions, context: SamplerContext) {
  const problems = oneGoalOnly('catcma', context)
  const { space } = context
  const numeric = variedParameters(space).filter(({ kind }) => kind !== 'choice').length
  if (numeric > MAX_DIMENSION) {
    const rule = msg('rule.numericLimit', { sampler: 'catcma', limit: MAX_DIMENSION })
    problems.push({ path: ['space'], value: numeric, rule })
  }
  return [...problems, ...checkWarmStart(options.warmStart, space)]
}

function create(options: CatcmaOptions, context: SamplerContext) {
  const { space, goals, seed } = context
  const encoding = createEncoding(space)
  const minimize = goals[0]?.direction !== 'maximize'
  const setting = { space, encoding, options, seed, minimize }
  const populationSize = options.population ?? defaultPopulationSize(encoding.parameters.length)
  const rules: DistributionRules<RunState> = {
    sampler: 'catcma',
    encoding,
    warmStart: options.warmStart,
    begin(sources) {
      const run = firstRun(populationSize, sources.length === 0 ? 'large' : 'warm')
      const cold = coldRunStart(setting, run)
      return beginRun(setting, run, warmStart(encoding, minimize, sources, cold))
    },
    tell: (state, trial, earlier) => tell(setting, state, trial, earlier),
    draw(replayed, { trials, trialNumber }) {
      const running = runningPoints(trials)
      const { state, draw, knownDraws } = drawNew(
        setting,
        replayed.state,
        trialNumber,
        replayed.earlier,
        running,
      )
      return { state, parameters: draw.parameters, detail: { known: knownDraws } }
    },
  }
  return createDistributionSampler(rules, context)
}

/** Tells whether a trial with these parameters is running; looks for them when first asked. */
function runningPoints(trials: readonly TrialSnapshot[]): (parameters: Assignment) => boolean {
  let keys: Set<string> | null = null
  return parameters => {
    keys ??= new Set(
      trials
        .filter(({ state }) => state === 'running')
        .map(trial => assignmentKey(trial.parameters)),
    )
    return keys.has(assignmentKey(parameters))
  }
}
