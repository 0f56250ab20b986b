import { isSameAssignment } from '../shared/tried-points.ts'
import { msg, type MessageDescriptor } from '../../../core/errors/message.ts'
import type { JsonObject } from '../../../core/values/json.ts'
import { type Problem, problemValue } from '../../../core/errors/problem.ts'
import type { Proposal } from '../../../core/processes/search-protocol.ts'
import { createNested, checkNested } from '../shared/nested-sampler.ts'
import { createTrialFold } from '../shared/population/trial-fold.ts'
import { randomSampler } from '../random/random.ts'
import {
  oneGoalOnly,
  type ProposalRequest,
  type Sampler,
  type SamplerContext,
  type SamplerDefinition,
} from '../sampler.ts'
import type { SuccessModel } from '../../success/success-model.ts'
import { valueIndex } from '../../space/unit-cube.ts'
import { assignmentOf, divideSpace } from './division.ts'
import {
  LaneReader,
  type Lanes,
  type LaneSetting,
  MAX_VARIANTS,
  startLanes,
  type Wanted,
} from './lanes.ts'
import { type GradientOptions, gradientOptionsSchema } from './options.ts'
import { gradientNorm, type Run } from './run.ts'

/**
 * Gradient descent on the continuous parameters: the objective gives the gradient of its loss with every trial
 * (hypergradients), or it is estimated from the values of trials around the current point.
 *
 * - Floats without a step are moved, in the unit cube: by logarithms where the space says `log`. What has no gradient
 *   (choices, ints, steps, whatever other parameters depend on) is chosen by an outer sampler, once for each run.
 * - One goal, no constraints. With the objective's own gradients each iteration is one trial; with central differences
 *   it is two per parameter, with SPSA two, all of them ready for parallel trials at once. Further parallel trials do further runs
 *   from other starts.
 * - A failed trial is tried again half as far from the place before; once trials have failed, steps that would probably fail are
 *   taken along the other axes. A run ends when the gradient has nearly
 *   vanished, when the goal has not improved for some steps, or after its iterations; then another one begins.
 *
 * The gradient may be that of another loss than the goal: with the goal on rows that the gradient never sees,
 * `patience` is early stopping against overfitting the rows that it does see.
 *
 * Defaults: Adam, because a hypergradient's length says little about how far to go. A step of 0.02 of each range is 0.3
 * for an L2 weight between 1e-7 and 1, as in the published runs for such weights.
 *
 * - Papers on the rules: `math/gradient-descent/`.
 * - F. Pedregosa: Hyperparameter optimization with approximate gradient. ICML 2016, arXiv:1602.02355: the
 *   adaptive step size.
 * - D. Maclaurin, D. Duvenaud, R. Adams: Gradient-based hyperparameter optimization through reversible learning.
 *   ICML 2015, arXiv:1502.03492.
 */
export function createGradientDefinition(
  inner: readonly SamplerDefinition[],
): SamplerDefinition<GradientOptions> {
  return {
    name: 'gradient',
    citation:
      'L. Franceschi et al.: Forward and reverse gradient-based hyperparameter optimization. ICML 2017, arXiv:1703.01785.',
    learnsFromOthers: false,
    optionsSchema: gradientOptionsSchema(inner),
    check: (options, context) => check(inner, options, context),
    create: (options, context) => create(inner, options, context),
  }
}

function check(
  inner: readonly SamplerDefinition[],
  options: GradientOptions,
  context: SamplerContext,
) {
  const { constraints, space } = context
  const problems = oneGoalOnly('gradient', context)
  if (constraints.length > 0) {
    const rule = msg('rule.noConstraints', { sampler: 'gradient' })
    problems.push({ path: ['constraints'], value: [...constraints], rule })
  }
  const { continuous, outer } = divideSpace(space)
  for (const [name, value] of Object.entries(options.startAt ?? {})) {
    const path = ['sampler', 'startAt', name]
    const axis = continuous.find(parameter => parameter.name === name)
    if (axis === undefined) {
      problems.push({ path, value: problemValue(value), rule: msg('rule.continuousParameter') })
    } else if (valueIndex(axis, value) < 0) {
      problems.push({
        path,
        value,
        rule: msg('rule.numberBetween', { low: axis.low, high: axis.high }),
      })
    }
  }
  if (options.outer !== undefined) {
    const problemsInside = checkNested(inner, [options.outer], { ...context, space: outer }, [
      'sampler',
    ])
    // There is one, not a list: its options stand below `outer`.
    const outerPath = (path: Problem['path']): Problem['path'] =>
      path[0] === 'sampler' ? ['sampler', 'outer', ...path.slice(2)] : path
    problems.push(...problemsInside.map(problem => ({ ...problem, path: outerPath(problem.path) })))
  }
  return problems
}

function create(
  inner: readonly SamplerDefinition[],
  options: GradientOptions,
  context: SamplerContext,
): Sampler {
  const division = divideSpace(context.space)
  const outerContext = { ...context, space: division.outer, trialBudget: options.runs ?? null }
  const mixed = division.outer.parameters.some(({ kind }) => kind !== 'fixed')
  const setting: LaneSetting = {
    options,
    seed: context.seed,
    minimize: context.goals[0]?.direction !== 'maximize',
    iterations: options.iterations ?? (mixed ? 20 : 100),
    division,
    outerSampler:
      options.outer === undefined
        ? randomSampler.create({}, outerContext)
        : createNested(inner, options.outer, outerContext),
    lanes: Math.min(context.parallelTrials, options.runs ?? Number.POSITIVE_INFINITY),
  }
  const reader = new LaneReader(setting)
  const fold = createTrialFold(startLanes(setting), (state, trial) => reader.tell(state, trial))
  const exploring = randomSampler.create({}, context)

  return {
    propose(request) {
      const { trials } = request
      const state = fold(trials)
      const running = trials.filter(trial => trial.state === 'running')
      const failures = failuresBefore(request)
      let open = 0
      for (let lane = 0; lane < setting.lanes; lane++) {
        const run = reader.runOf(state, lane)
        if (run === null) continue
        open++
        const isTaken = ({ assignment }: Wanted): boolean =>
          running.some(({ parameters }) => isSameAssignment(assignment, parameters))
        const free = reader.wantedBy(run, lane).find(variants => !variants.some(isTaken))
        const wanted =
          likelyOf(free ?? [], request.success ?? null) ??
          free?.[Math.min(failures, MAX_VARIANTS - 1)]
        if (wanted !== undefined) return proposalOf(wanted)
      }
      if (open === 0) return { exhausted: true, reason: endOf(state) }
      const drawn = exploring.propose(request) as Proposal
      return {
        parameters: drawn.parameters,
        provenance: {
          sampler: 'gradient',
          reason: msg('proposal.runsWait'),
          detail: { waiting: running.length },
        },
      }
    },
  }
}

/**
 * The first variant at which a trial is likely enough to succeed: the point itself, without the step along one axis, which may lead out
 * of where trials succeed, then nearer to the place before. Null while nothing has failed.
 */
function likelyOf(variants: readonly Wanted[], success: SuccessModel | null): Wanted | null {
  if (success === null) return null
  const order = [
    ...variants.slice(0, 1),
    ...variants.slice(MAX_VARIANTS),
    ...variants.slice(1, MAX_VARIANTS),
  ]
  return order.find(({ assignment }) => success.allows(assignment)) ?? null
}

/** Trials without a result just before this one, in a row; those that run count as results. */
function failuresBefore({ trials, trialNumber }: ProposalRequest): number {
  const lastResult = trials.findLast(
    ({ state }) => state === 'complete' || state === 'pruned' || state === 'running',
  )
  return trialNumber - 1 - (lastResult?.number ?? -1)
}

function proposalOf({ run, lane, index, variant, assignment }: Wanted): Proposal {
  return {
    parameters: assignment,
    provenance: {
      sampler: 'gradient',
      reason: reasonOf(run, index, variant),
      detail: detailOf(run, lane, index, variant),
    },
  }
}

function reasonOf(run: Run, index: number, variant: number): MessageDescriptor {
  const number = run.id + 1
  if (run.axes.length === 0) return msg('proposal.noGradient', { run: number })
  const points = run.stencil.length
  const values = {
    run: number,
    ...(points === 1 ? {} : { point: index + 1, points }),
    share: variant === 0 || variant >= MAX_VARIANTS ? undefined : 2 ** -variant,
  }
  if (run.accepted === null) return msg('proposal.descentStart', values)
  return msg(run.retreats === 0 ? 'proposal.descent' : 'proposal.shorterDescent', {
    ...values,
    step: run.iteration,
    trial: run.accepted.trial,
    norm: gradientNorm(run.accepted),
  })
}

function detailOf(run: Run, lane: number, index: number, variant: number): JsonObject {
  const { accepted, axes } = run
  return {
    run: run.id,
    lane,
    iteration: run.iteration,
    estimator: run.estimator,
    point: index,
    points: run.stencil.length,
    variant,
    retreats: run.retreats,
    scale: run.scale,
    best: run.best?.trial ?? null,
    fromTrial: accepted?.trial ?? null,
    norm: accepted === null ? null : gradientNorm(accepted),
    // By the unit cube's coordinates, so that parameters can be compared.
    gradient:
      accepted === null
        ? null
        : Object.fromEntries(axes.map(({ name }, at) => [name, accepted.gradient[at] as number])),
    middle: run.stencil.length === 1 ? null : { ...assignmentOf({}, axes, run.position) },
  }
}

function endOf({ ended }: Lanes): MessageDescriptor {
  const last = [...ended].sort((a, b) => a.id - b.id).at(-1)
  const reason = last?.end ?? msg('ending.outerExhausted')
  return msg('ending.runsEnded', { runs: ended.length, reason })
}
