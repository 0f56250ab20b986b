import { getOrInsertComputed } from '../../../core/values/get-or-insert-computed.ts'
import { msg } from '../../../core/errors/message.ts'
import type { Proposal } from '../../../core/processes/search-protocol.ts'
import type { ParameterValue, TrialSnapshot } from '../../../core/trial/trial.ts'
import { roundTo } from '../../../math/numbers.ts'
import type { RandomStream } from '../../../math/random/random-stream.ts'
import { activeParameters, assignActive } from '../../space/conditions.ts'
import { valueAt, valueCount } from '../../space/unit-cube.ts'
import { drawUniformly } from '../random/random.ts'
import {
  oneGoalOnly,
  type ProposalRequest,
  type Sampler,
  type SamplerContext,
  type SamplerDefinition,
} from '../sampler.ts'
import { dimensionGroups } from './dimension.ts'
import { GoalFronts } from './goal-fronts.ts'
import {
  drawGroup,
  fitModel,
  type FitSettings,
  type GroupModel,
  type ModelKernels,
} from './group-model.ts'
import { type GroupHistory, TpeHistory } from './history.ts'
import { GroupKernels } from './kernels.ts'
import {
  bandwidthRuleOf,
  resolveTpeSettings,
  type TpeOptions,
  tpeOptionsSchema,
  type TpeSettings,
} from './settings.ts'
import { type Split, splitTrials, TrialKeys } from './split.ts'
import type { SuccessModel } from '../../success/success-model.ts'
import { type PointWeight, PriorDensity, type KnownLosses } from '../../priors/prior-density.ts'
import { startFromPrior, withPrior } from '../../priors/prior-messages.ts'
import { withSourceStudies } from '../../warm-start/warm-start-messages.ts'
import { createEncoding, pointOf } from '../gp/encoding.ts'
import { isInformative, lossesOf } from '../gp/observations.ts'
import { TriedPoints } from '../shared/tried-points.ts'

/**
 * Tree-structured Parzen estimator. The trials are split into a few good and the other, bad ones; a
 * density is fitted to the parameters of each; of a number of draws from the good density l the one
 * with the largest log l − log g is proposed (Bergstra and others 2011, equation 4: largest expected improvement).
 * Parameters that are active together are modeled together; conditional parameters learn from
 * the trials in which they were active.
 *
 * Works with every space, failed, pruned and running trials, any number of parallel trials. With several goals the
 * good trials are the first non-dominated fronts (`goal-fronts.ts`; not with the preset `hyperopt`). Trials
 * that break constraints come after all others, by how much, and so are good only for want of others.
 *
 * Defaults (`tunewright`): see docs/samplers/tpe.md for what was measured.
 *
 * Bergstra, Bardenet, Bengio, Kégl: Algorithms for hyper-parameter optimization. NeurIPS 2011.
 * Bergstra, Yamins, Cox: Making a science of model search. ICML 2013 (Hyperopt's form).
 * Falkner, Klein, Hutter: BOHB. ICML 2018, arXiv:1807.01774 (multivariate kernels).
 * Ozaki, Tanigaki, Watanabe, Onishi: Multiobjective tree-structured Parzen estimator. GECCO 2020,
 * doi:10.1145/3377930.3389817.
 * Watanabe: Tree-structured Parzen estimator: understanding its algorithm components and their roles
 * for better empirical performance. 2023, arXiv:2304.11127.
 */
export const tpeSampler: SamplerDefinition<TpeOptions> = {
  name: 'tpe',
  citation:
    'J. Bergstra et al.: Algorithms for hyper-parameter optimization. NeurIPS 2011; S. Watanabe: Tree-structured Parzen estimator. arXiv:2304.11127, 2023.',
  usesPriors: true,
  optionsSchema: tpeOptionsSchema,
  check: checkTpe,
  create: (options, context) =>
    createTpeSampler(resolveTpeSettings(options, context.goals.length), context),
}

function checkTpe(options: TpeOptions, context: SamplerContext) {
  if (options.preset !== 'hyperopt') return []
  const problems = oneGoalOnly('tpe (hyperopt)', context)
  if (options.multivariate === true) {
    const rule = msg('rule.hyperoptUnivariate')
    problems.push({ path: ['sampler', 'multivariate'], value: true, rule })
  }
  return problems
}

/** A sampler with settings that need not be those of a preset. */
function createTpeSampler(settings: TpeSettings, context: SamplerContext): Sampler {
  const groups = dimensionGroups(context.space, settings.multivariate)
  const { direction } = context.goals[0] as SamplerContext['goals'][number]
  const history = new TpeHistory(groups)
  const kernels = new Map<GroupHistory, ModelKernels>(
    history.groups.map(group => [
      group,
      { good: new GroupKernels(group), bad: new GroupKernels(group) },
    ]),
  )
  const keys = new TrialKeys(direction)
  const tried = new TriedPoints()
  const { sourceStudies = null } = context
  const priors = PriorDensity.of(createEncoding(context.space))
  const knownOf = (all: readonly TrialSnapshot[]): KnownLosses => {
    const informative = all.filter(isInformative)
    return { trials: informative, losses: lossesOf(informative, 0, direction === 'minimize') }
  }
  const isAlwaysInfinite = context.space.parameters.some(
    parameter => parameter.when.length === 0 && valueCount(parameter) === Number.POSITIVE_INFINITY,
  )
  const fronts = context.goals.length > 1 ? new GoalFronts(context.goals) : undefined

  function propose({ trials, trialNumber, random, success = null }: ProposalRequest): Proposal {
    const finished = countFinished(trials, settings.startupTrials)
    if (finished < settings.startupTrials) {
      const uniform = (): number => random.uniform()
      const believed = priors?.startPoint(trialNumber, uniform, random, knownOf(trials)) ?? null
      if (believed !== null) return startFromPrior('tpe', believed, trialNumber)
      const draw: DrawAttempt = () => ({
        parameters: drawUniformly(context.space, random),
        logRatio: 0,
      })
      const { parameters, repeats } = drawNew(draw, trials)
      return {
        parameters,
        provenance: {
          sampler: 'tpe',
          reason: msg('proposal.startUp', { valued: finished, trials: settings.startupTrials }),
          detail: { phase: 'startup', repeats },
        },
      }
    }
    history.follow(trials)
    fronts?.follow(trials)
    const split = splitTrials(trials, direction, settings, fronts, keys)
    const models = new Map<GroupHistory, GroupModel>()
    const density = { ...settings, bandwidth: bandwidthRuleOf(settings.bandwidth, trialNumber) }
    const prior = priors?.weightAfter(knownOf(trials), settings.startupTrials) ?? null
    const learned = sourceStudies?.weightAfter(knownOf(trials), settings.startupTrials) ?? null
    const draw: DrawAttempt = repeats => {
      // Fewer candidates at each repeat: the best of many would be the same point again.
      const candidates = Math.max(settings.candidates >> repeats, 1)
      const drawOne = (most: number): Draw => drawFromModel(split, models, density, most, random)
      return success === null && prior === null && learned === null
        ? drawOne(candidates)
        : likeliestDraw(drawOne, candidates, success, [prior, learned])
    }
    const { parameters, logRatio, repeats } = drawNew(draw, trials)
    return {
      parameters,
      provenance: {
        sampler: 'tpe',
        reason: withPrior(
          withSourceStudies(
            msg('proposal.bestDraw', {
              draws: settings.candidates,
              good: split.good,
              trials: split.good + split.bad,
            }),
            learned?.sources ?? null,
          ),
          prior,
        ),
        // + 0 turns -0 into 0, which JSON keeps.
        detail: {
          phase: 'model',
          good: split.good,
          bad: split.bad,
          logRatio: roundTo(logRatio, 6),
          repeats,
        },
      },
    }
  }

  function drawFromModel(
    split: Split,
    models: Map<GroupHistory, GroupModel>,
    density: FitSettings,
    candidates: number,
    random: RandomStream,
  ): Draw {
    const values = new Map<string, ParameterValue>()
    let logRatio = 0
    const parameters = assignActive(context.space, parameter => {
      if (valueCount(parameter) === 1) return valueAt(parameter, 0)
      if (!values.has(parameter.name)) {
        const group = history.groups.find(({ group: { dimensions } }) =>
          dimensions.some(dimension => dimension.parameter === parameter),
        ) as GroupHistory
        const model = getOrInsertComputed(models, group, () =>
          fitModel(kernels.get(group) as ModelKernels, split, density),
        )
        logRatio += drawGroup(group.group, model, candidates, random, values)
      }
      return values.get(parameter.name) as ParameterValue
    })
    return { parameters, logRatio }
  }

  function drawNew(
    draw: DrawAttempt,
    trials: readonly TrialSnapshot[],
  ): Draw & { readonly repeats: number } {
    const first = draw(0)
    if (!settings.avoidRepeats || !isFinite(first)) return { ...first, repeats: 0 }
    tried.follow(trials)
    let latest = first
    let repeats = 0
    while (repeats < MAX_REPEATS && tried.has(latest.parameters)) {
      latest = draw(++repeats)
    }
    return tried.has(latest.parameters) ? { ...first, repeats } : { ...latest, repeats }
  }

  /** Whether the point's branch of the space has finitely many points. */
  function isFinite({ parameters }: Draw): boolean {
    if (isAlwaysInfinite) return false
    return activeParameters(context.space, parameters).every(
      parameter => valueCount(parameter) < Number.POSITIVE_INFINITY,
    )
  }

  return { propose }
}

/**
 * The draws are shared among whole points, of which the one is taken where log l − log g + log Pr(success) is
 * largest: expected improvement times the probability of success; likewise with the weight of a prior.
 */
function likeliestDraw(
  drawOne: (candidates: number) => Draw,
  candidates: number,
  success: SuccessModel | null,
  others: readonly (PointWeight | null)[],
): Draw {
  const most = Math.max(Math.ceil(candidates / WHOLE_POINTS), 2)
  const scored = Array.from({ length: WHOLE_POINTS }, () => {
    const draw = drawOne(most)
    if (success?.hasFailed(draw.parameters) === true) return { draw, score: -Infinity }
    const score = [success, ...others].reduce(
      (sum, weight) =>
        weight === null ? sum : sum + weight.logWeight(pointOf(weight.encoding, draw.parameters)),
      draw.logRatio,
    )
    return { draw, score }
  })
  return scored.reduce((best, other) => (other.score > best.score ? other : best)).draw
}

const WHOLE_POINTS = 12

/** How many trials have a value, if fewer than `enough`. */
function countFinished(trials: readonly TrialSnapshot[], enough: number): number {
  let finished = 0
  for (let index = 0; index < trials.length && finished < enough; index++) {
    const { state } = trials[index] as TrialSnapshot
    if (state === 'complete' || state === 'pruned') finished++
  }
  return finished
}

/** Draws before a point that was tried already is proposed again. */
const MAX_REPEATS = 10

interface Draw {
  readonly parameters: Readonly<Record<string, ParameterValue>>
  readonly logRatio: number
}

/** @param repeats how many draws before gave a point that was tried already */
type DrawAttempt = (repeats: number) => Draw
