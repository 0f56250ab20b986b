import { msg } from '../../../core/errors/message.ts'
import type { Proposal } from '../../../core/processes/search-protocol.ts'
import type { TrialSnapshot } from '../../../core/trial/trial.ts'
import { roundTo } from '../../../math/numbers.ts'
import { createSobol, SOBOL_MAX_DIMENSION } from '../../../math/quasi-random/sobol.ts'
import type { RandomStream } from '../../../math/random/random-stream.ts'
import { assignmentOf, createEncoding, pointOf } from '../gp/encoding.ts'
import { isInformative, lossesOf } from '../gp/observations.ts'
import { PriorDensity, type KnownLosses } from '../../priors/prior-density.ts'
import { startFromPrior, withPrior } from '../../priors/prior-messages.ts'
import { withSourceStudies } from '../../warm-start/warm-start-messages.ts'
import {
  oneGoalOnly,
  parameterLimit,
  type Sampler,
  type SamplerContext,
  type SamplerDefinition,
} from '../sampler.ts'
import { TriedPoints } from '../shared/tried-points.ts'
import { assignmentAt, variedParameters } from '../shared/unit-coordinates.ts'
import { fitModel } from './acquisition.ts'
import { CandidateSearch } from './candidates.ts'
import { drawCoordinate, featuresOf, RowMaker } from './forest-rows.ts'
import { chooseTrials, constraintTargets, logCosts, rawCosts } from './training-trials.ts'
import type { SuccessModel } from '../../success/success-model.ts'
import { z } from 'zod'

/**
 * Model-based search with a random forest, in the manner of SMAC: the forest predicts costs and how sure it is, the
 * point with the largest expected improvement is tried next. Trees split choices as sets and set inactive parameters
 * apart, so it is at home in spaces of many kinds, choices and conditions, and never needs scaling.
 *
 * - One goal, any number of constraints: a forest each, whose probability to hold multiplies the improvement; the best
 *   so far is the best among the feasible; while there is none, the probability alone counts.
 * - Failures multiply it by the probability that a trial succeeds.
 * - Running trials count with what a forest without them predicts, so that trials in parallel do not crowd.
 * - Pruned trials count as no better than the median of the complete ones, NaN and +∞ as the worst value.
 *
 * Defaults, chosen on 15 problems that are not in docs/samplers/forest.md: trees with one random threshold per
 * feature (Geurts 2006) on half of the features and without bootstrap predict more smoothly than the best
 * splits on bootstrap samples that SMAC takes, which was the largest gain; then the logarithm of costs, then
 * the best predicted mean as what is to be improved. More than 30 trees or wider searches did not pay.
 *
 * - F. Hutter, H. Hoos, K. Leyton-Brown: Sequential model-based optimization for general algorithm
 *   configuration. LION 5, 2011, 507–523, doi:10.1007/978-3-642-25566-3_40.
 * - M. Lindauer and others: SMAC3: a versatile Bayesian optimization package for hyperparameter optimization.
 *   JMLR 23(54), 2022, arXiv:2109.09831.
 * - P. Geurts, D. Ernst, L. Wehenkel: Extremely randomized trees. Machine Learning 63, 2006, 3–42,
 *   doi:10.1007/s10994-006-6226-1.
 * - J. Gardner and others: Bayesian optimization with inequality constraints. ICML 2014 (constraints).
 */
const forestOptionsSchema = z.strictObject({
  startupTrials: z.int().min(2).max(1000).default(10).describe('option.forest.startupTrials'),
  trees: z.int().min(2).max(500).default(30).describe('option.forest.trees'),
  costs: z.enum(['log', 'raw']).default('log').describe('option.forest.costs'),
  randomEvery: z.int().min(0).max(1000).default(10).describe('option.forest.randomEvery'),
  limit: z.int().min(20).max(10_000).default(200).describe('option.forest.limit'),
})
type ForestOptions = z.output<typeof forestOptionsSchema>

export const forestSampler: SamplerDefinition<ForestOptions> = {
  name: 'forest',
  citation:
    'F. Hutter, H. Hoos, K. Leyton-Brown: Sequential model-based optimization for general algorithm configuration. LION 5, 507–523, 2011.',
  usesPriors: true,
  optionsSchema: forestOptionsSchema,
  check: (_options, context) => [
    ...oneGoalOnly('forest', context),
    ...parameterLimit('forest', variedParameters(context.space).length, SOBOL_MAX_DIMENSION),
  ],
  create,
}

/** Best trials that local searches start from. */
const LOCAL_STARTS = 10

function create(options: ForestOptions, context: SamplerContext): Sampler {
  const { space, goals, seed } = context
  const encoding = createEncoding(space)
  const { dimension } = encoding
  const features = featuresOf(encoding)
  const design = createSobol(Math.max(dimension, 1), 'owen', seed)
  const minimize = goals[0]?.direction !== 'maximize'
  const rows = new RowMaker(encoding)
  const tried = new TriedPoints()
  const priors = PriorDensity.of(encoding)
  const knownOf = (some: readonly TrialSnapshot[]): KnownLosses => ({
    trials: some,
    losses: lossesOf(some, 0, minimize),
  })

  return {
    propose({ trials, trialNumber, random, success = null }) {
      const informative = trials.filter(isInformative)
      if (dimension === 0 || informative.length < options.startupTrials) {
        const sobol = (position: number): number => design.coordinate(trialNumber, position)
        const believed =
          priors?.startPoint(trialNumber, sobol, random, knownOf(informative)) ?? null
        if (believed !== null) return startFromPrior('forest', believed, trialNumber)
        return {
          parameters: assignmentAt(space, position => design.coordinate(trialNumber, position)),
          provenance: {
            sampler: 'forest',
            reason: msg('proposal.startUpSobol', {
              point: trialNumber,
              valued: informative.length,
              trials: options.startupTrials,
            }),
            detail: { phase: 'startup' },
          },
        }
      }
      if (options.randomEvery > 0 && (trialNumber + 1) % options.randomEvery === 0) {
        const point = Float64Array.from(features, (_, d) => drawCoordinate(encoding, d, random))
        return {
          parameters: assignmentOf(encoding, point),
          provenance: {
            sampler: 'forest',
            reason: msg('proposal.randomEvery', { trials: options.randomEvery }),
            detail: { phase: 'random' },
          },
        }
      }
      tried.follow(trials)
      const running = trials.filter(({ state }) => state === 'running')
      return fromModel(informative, running, random, success)
    },
  }

  function rowOf({ parameters }: TrialSnapshot): Float64Array {
    return rows.rowOf(pointOf(encoding, parameters)).slice()
  }

  /** The point of a trial, inactive coordinates drawn at random. */
  function startAt({ parameters }: TrialSnapshot, random: RandomStream): Float64Array {
    return pointOf(encoding, parameters).map((coordinate, d) => {
      const isActive = Object.hasOwn(parameters, (encoding.parameters[d] as { name: string }).name)
      return isActive ? coordinate : drawCoordinate(encoding, d, random)
    })
  }

  function fromModel(
    informative: readonly TrialSnapshot[],
    running: readonly TrialSnapshot[],
    random: RandomStream,
    success: SuccessModel | null,
  ): Proposal {
    const modeled = chooseTrials(informative, minimize, options.limit)
    const losses = lossesOf(modeled, 0, minimize)
    const scale = (options.costs === 'log' ? logCosts : rawCosts)(losses)
    const costs = losses.map(scale.toCost)
    const constraints = context.constraints.map((_, index) => constraintTargets(modeled, index))
    const model = fitModel(
      features,
      modeled.map(rowOf),
      costs,
      constraints,
      running.map(rowOf),
      options.trees,
      random,
    )
    const starts = bestFirst(costs, constraints)
      .slice(0, LOCAL_STARTS)
      .map(index => startAt(modeled[index] as TrialSnapshot, random))
    const prior = priors?.weightAfter(knownOf(informative), options.startupTrials) ?? null
    const { sourceStudies = null } = context
    const learned = sourceStudies?.weightAfter(knownOf(informative), options.startupTrials) ?? null
    const weights = [success, prior, learned].filter(weight => weight !== null)
    const search = new CandidateSearch(encoding, model.acquisition, random, weights)
    const { position, parameters } = firstNew(search, search.run(starts))
    const row = rows.rowOf(search.pointAt(position))
    const { mean, variance } = model.cost(row)
    const constrained =
      context.constraints.length > 0 ? { feasibility: roundTo(model.feasibility(row), 6) } : {}
    return {
      parameters,
      provenance: {
        sampler: 'forest',
        reason: withPrior(
          withSourceStudies(
            msg('proposal.forest', {
              modeled: modeled.length === informative.length ? undefined : modeled.length,
              trials: informative.length,
            }),
            learned?.sources ?? null,
          ),
          prior,
        ),
        detail: {
          phase: 'model',
          trials: informative.length,
          modeled: modeled.length,
          running: running.length,
          acquisition: roundTo(search.valueAt(position), 6),
          predicted: roundTo((minimize ? 1 : -1) * scale.toLoss(mean), 6),
          costDeviation: roundTo(Math.sqrt(variance), 6),
          ...constrained,
        },
      },
    }
  }

  function firstNew(
    search: CandidateSearch,
    positions: Uint32Array,
  ): { position: number; parameters: Proposal['parameters'] } {
    for (const position of positions) {
      const parameters = assignmentOf(encoding, search.pointAt(position))
      if (!tried.has(parameters)) return { position, parameters }
    }
    const position = positions[0] as number
    return { position, parameters: assignmentOf(encoding, search.pointAt(position)) }
  }
}

/** Positions from the best to the worst: by how much they break the constraints, then by cost. */
function bestFirst(costs: Float64Array, violations: readonly Float64Array[]): number[] {
  const broken = costs.map((_, index) =>
    violations.reduce((sum, values) => sum + Math.max(values[index] as number, 0), 0),
  )
  return Array.from(costs, (_, index) => index).sort(
    (a, b) =>
      (broken[a] as number) - (broken[b] as number) ||
      (costs[a] as number) - (costs[b] as number) ||
      a - b,
  )
}
