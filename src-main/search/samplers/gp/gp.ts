import { msg, type MessageDescriptor } from '../../../core/errors/message.ts'
import type { JsonObject } from '../../../core/values/json.ts'
import type { Proposal } from '../../../core/processes/search-protocol.ts'
import type { Assignment, TrialSnapshot } from '../../../core/trial/trial.ts'
import { roundTo } from '../../../math/numbers.ts'
import { createSobol, SOBOL_MAX_DIMENSION } from '../../../math/quasi-random/sobol.ts'
import type { RandomStream } from '../../../math/random/random-stream.ts'
import { PriorDensity, type KnownLosses } from '../../priors/prior-density.ts'
import { startFromPrior, withPrior } from '../../priors/prior-messages.ts'
import { withSourceStudies } from '../../warm-start/warm-start-messages.ts'
import {
  parameterLimit,
  type ProposalRequest,
  type Sampler,
  type SamplerContext,
  type SamplerDefinition,
} from '../sampler.ts'
import { TriedPoints } from '../shared/tried-points.ts'
import { assignmentAt, variedParameters } from '../shared/unit-coordinates.ts'
import { type Acquisition, withWeight } from './acquisition.ts'
import { effortBeyondRunning } from './drawn-improvement.ts'
import { Activity, assignmentOf, createEncoding, type Encoding } from './encoding.ts'
import { AcquisitionSearch } from './maximize.ts'
import { type Model, ModelMaker } from './model.ts'
import { isInformative, lossesOf } from './observations.ts'
import { z } from 'zod'

/**
 * Bayesian optimization: Gaussian processes model the goals over the whole space from the trials so far, and the
 * point with the largest expected improvement is tried next: of the value with one goal, of the hypervolume with
 * two or three; constraints are modeled too and multiply it by the probability that they hold, failures by the
 * probability that a trial succeeds.
 *
 * While trials run, with one goal and no constraints, improvement counts that goes beyond theirs (draws of their values), and the weight
 * of a point falls with its distance from the best trial: draws alone try too much far off, nearness alone too little.
 *
 * Where a model explains more than a little by noise, every second proposal comes from one without noise: a rippled
 * function looks like noise from afar, and a model that believes in noise sees nothing to follow and stands still.
 * Measured: see docs/samplers/gp.md.
 *
 * - J. Snoek, H. Larochelle, R. P. Adams: Practical Bayesian optimization of machine learning
 *   algorithms. NeurIPS 2012, arXiv:1206.2944.
 * - S. Ament and others: Unexpected improvements to expected improvement for Bayesian optimization.
 *   NeurIPS 2023, arXiv:2310.20708.
 */
const gpOptionsSchema = z.strictObject({
  startupTrials: z.int().min(1).max(1000).optional().describe('option.gp.startupTrials'),
  deterministic: z.boolean().default(false).describe('option.gp.deterministic'),
  limit: z.int().min(100).max(1000).default(300).describe('option.gp.limit'),
})
type GpOptions = z.output<typeof gpOptionsSchema>

export const gpSampler: SamplerDefinition<GpOptions> = {
  name: 'gp',
  citation:
    'J. Snoek, H. Larochelle, R. P. Adams: Practical Bayesian optimization of machine learning algorithms. NeurIPS 2012.',
  usesPriors: true,
  startupTrials: ({ startupTrials }) =>
    typeof startupTrials === 'number' ? startupTrials : START.usual,
  optionsSchema: gpOptionsSchema,
  check(_options, { goals, space }) {
    const problems = parameterLimit('gp', variedParameters(space).length, SOBOL_MAX_DIMENSION)
    if (goals.length <= MAX_GOALS) return problems
    const rule = msg('rule.goalLimit', { sampler: 'gp', limit: MAX_GOALS })
    return [{ path: ['goals'], value: goals.length, rule }, ...problems]
  },
  create,
}

/** Smallest noise variance of standardized values, for numerical reasons: Optuna's. */
const MINIMUM_NOISE = 1e-6
const MAX_GOALS = 3
/** Trials before the model; where studies of other data gave the first points, one or more of the design besides. */
const START = { usual: 10, warmStarted: 5 }
/** Random points instead of a tried one at the start. */
const MAX_REPEATS = 20
/** Points of Sobol's sequence that are looked at first, and local searches while no trial runs. */
const EFFORT = { preliminary: 512, starts: 10 }

function create(options: GpOptions, context: SamplerContext): Sampler {
  const { space, goals, seed } = context
  const { limit, deterministic } = options
  const { sourceStudies = null } = context
  const startPoints = sourceStudies?.firstPoints().length ?? 0
  const startupTrials = options.startupTrials ?? (startPoints > 0 ? START.warmStarted : START.usual)
  const encoding = createEncoding(space)
  const design = createSobol(Math.max(encoding.dimension, 1), 'owen', seed)
  const maker = new ModelMaker({
    encoding,
    goals,
    constraintCount: context.constraints.length,
    fit: {
      minimumNoise: MINIMUM_NOISE,
      fitNoise: !deterministic,
      lengthPrior: goals.length === 1 ? 'middling' : 'growing',
    },
    startupTrials,
    limit,
    sourceStudies,
  })
  const tried = new TriedPoints()
  let search: AcquisitionSearch | null = null
  const priors = PriorDensity.of(encoding)
  const knownOf = (some: readonly TrialSnapshot[]): KnownLosses => ({
    trials: some,
    losses: lossesOf(some, 0, minimize),
  })
  const minimize = goals[0]?.direction !== 'maximize'

  return {
    propose({ trials, trialNumber, random, success = null }) {
      const informative = trials.filter(isInformative)
      if (encoding.dimension === 0 || informative.length < startupTrials) {
        const sobol = (position: number): number => design.coordinate(trialNumber, position)
        const believed =
          priors?.startPoint(trialNumber, sobol, random, knownOf(informative)) ?? null
        if (believed !== null) return startFromPrior('gp', believed, trialNumber)
        return {
          parameters: startupPoint(trials, trialNumber, random),
          provenance: {
            sampler: 'gp',
            reason: msg('proposal.startUpSobol', {
              point: trialNumber,
              valued: informative.length,
              trials: startupTrials,
            }),
            detail: { phase: 'startup' },
          },
        }
      }
      search ??= new AcquisitionSearch(encoding, EFFORT.preliminary)
      return fromModel(informative, { trials, trialNumber, random, success }, search)
    },
  }

  /** A point of Sobol's sequence; where few points exist and it was tried before, a random one. */
  function startupPoint(
    trials: readonly TrialSnapshot[],
    trialNumber: number,
    random: RandomStream,
  ): Assignment {
    const point = assignmentAt(space, position => design.coordinate(trialNumber, position))
    tried.follow(trials)
    for (let repeat = 0; repeat < MAX_REPEATS && tried.has(point); repeat++) {
      const other = assignmentAt(space, () => random.uniform())
      if (!tried.has(other)) return other
    }
    return point
  }

  function fromModel(
    informative: readonly TrialSnapshot[],
    { trials, trialNumber, random, success = null }: ProposalRequest,
    acquisitionSearch: AcquisitionSearch,
  ): Proposal {
    const running = trials.filter(({ state }) => state === 'running')
    const model = maker.make(informative, running, trialNumber % 2 === 1, trialNumber)
    const starts = model.isBeyondRunning
      ? effortBeyondRunning(model.modeled.length).starts
      : EFFORT.starts
    const startPoints = startingPoints(encoding, model, starts, random)
    tried.follow(trials)
    const prior = priors?.weightAfter(knownOf(informative), startupTrials) ?? null
    const weights = [success, prior].filter(weight => weight !== null)
    const chosen = acquisitionSearch.maximize(
      weights.reduce<Acquisition>(withWeight, model.acquisition),
      model.lengths,
      starts,
      startPoints,
      random,
      point => !tried.has(assignmentOf(encoding, point)),
    )
    return {
      parameters: assignmentOf(encoding, chosen.point),
      provenance: {
        sampler: 'gp',
        reason: withPrior(
          withSourceStudies(
            reasonOf(model, {
              goals: goals.length,
              all: informative.length,
              running: running.length,
            }),
            model.surrogates[0]?.sources ?? null,
          ),
          prior,
        ),
        detail: {
          phase: 'model',
          trials: informative.length,
          modeled: model.modeled.length,
          logAcquisition: roundTo(chosen.value, 6),
          ...describe(context, encoding, model, chosen.point),
        },
      },
    }
  }
}

function reasonOf(
  { modeled, feasible, isBeyondRunning }: Model,
  { goals, all, running }: Readonly<Record<'goals' | 'all' | 'running', number>>,
): MessageDescriptor {
  return msg('proposal.model', {
    sought: !feasible ? 'feasible' : goals > 1 ? 'hypervolume' : 'improvement',
    modeled: modeled.length === all ? undefined : modeled.length,
    trials: all,
    running: isBeyondRunning ? running : undefined,
  })
}

/** The models' expectations at a point, on standardized scales, and their kernels. */
function describe(
  { goals, constraints }: SamplerContext,
  encoding: Encoding,
  { surrogates }: Model,
  point: Float64Array,
): JsonObject {
  const activePoint = point.slice()
  new Activity(encoding).apply(point, activePoint)
  const names = [...goals.map(({ metric }) => metric), ...constraints]
  return {
    models: surrogates.map(({ posterior, kernel }, k) => {
      posterior.at(activePoint)
      return {
        of: names[k] as string,
        mean: roundTo(posterior.mean, 6),
        deviation: roundTo(Math.sqrt(posterior.variance), 6),
        noise: roundTo(Math.sqrt(kernel.noise), 6),
        lengths: Object.fromEntries(
          encoding.parameters.map(({ name }, d) => [
            name,
            roundTo(1 / Math.sqrt(kernel.inverseSquaredLengths[d] as number), 6),
          ]),
        ),
      }
    }),
  }
}

/**
 * Known points from which the search for the next one starts besides: the best trial, or with several goals
 * some of those that are not dominated. A search may change to another branch of the space, so inactive
 * coordinates get the value of the best point in which they are active.
 * @param starts local searches in all; at most half of them start here
 */
function startingPoints(
  encoding: Encoding,
  { best, allPoints, surrogates }: Model,
  starts: number,
  random: RandomStream,
): Float64Array[] {
  const chosen = random.shuffled(best).slice(0, Math.max(Math.floor(starts / 2), 1))
  if (!encoding.conditional) return chosen.map(i => allPoints[i] as Float64Array)
  const activity = new Activity(encoding)
  const values = surrogates[0]?.values as Float64Array
  const filled = new Float64Array(encoding.dimension)
  const bestValue = new Float64Array(encoding.dimension).fill(Number.POSITIVE_INFINITY)
  // Where a parameter was never active any value does.
  encoding.axes.forEach((axis, d) => {
    filled[d] = axis.values?.[0] ?? 0.5
  })
  values.forEach((value, i) => {
    const point = allPoints[i] as Float64Array
    activity.apply(point, point.slice())
    activity.active.forEach((isActive, d) => {
      if (isActive === 0 || !(value < (bestValue[d] as number))) return
      bestValue[d] = value
      filled[d] = point[d] as number
    })
  })
  return chosen.map(i => {
    const point = allPoints[i] as Float64Array
    activity.apply(point, point.slice())
    return point.map((coordinate, d) =>
      activity.active[d] === 1 ? coordinate : (filled[d] as number),
    )
  })
}
