import { msg, type MessageDescriptor } from '../../../core/errors/message.ts'
import { getOrInsertComputed } from '../../../core/values/get-or-insert-computed.ts'
import { signOf } from '../../../core/trial/ranking.ts'
import type { JsonObject } from '../../../core/values/json.ts'
import type { Proposal } from '../../../core/processes/search-protocol.ts'
import type { Assignment } from '../../../core/trial/trial.ts'
import { roundTo } from '../../../math/numbers.ts'
import { createSobol } from '../../../math/quasi-random/sobol.ts'
import { createEncoding, pointOf } from '../gp/encoding.ts'
import { isInformative } from '../gp/observations.ts'
import type {
  GivenOptions,
  ProposalRequest,
  Sampler,
  SamplerContext,
  SamplerDefinition,
} from '../sampler.ts'
import { oneGoalOnly } from '../sampler.ts'
import { assignmentKey } from '../shared/tried-points.ts'
import { assignmentAt } from '../shared/unit-coordinates.ts'
import { ConstraintModels } from './constraint-models.ts'
import { CurveModel, type CurveModelSetting, fitCurveKernel } from './curve-model.ts'
import { KernelFits } from './kernel-fits.ts'
import { newPoints } from './new-points.ts'
import { type Candidate, chooseNext, type Choice } from './next-increment.ts'
import { type FreezeThawOptions, freezeThawOptionsSchema } from './options.ts'
import { canResume, lastStepOf, incrementEnds } from './training-curve.ts'
import { checkWholeSteps } from './study-rules.ts'
import {
  isAllowed,
  type Training,
  trainingsOf,
  type TrainingsSetting,
  waitingIncrements,
} from './trainings.ts'

/**
 * Freeze-thaw: trainings go on increment by increment. After each increment a model of all curves (`curve-model.ts`) says which training that waits, or
 * which new point, gets the next one (`next-increment.ts`). Increments grow with the steps that a training has behind it, so
 * that the search looks often where little is known and rarely where a training is nearly whole. Nothing is given up for good.
 *
 * - Every increment is a trial: it goes on from the checkpoint of the one before and ends as complete. So it needs objectives
 *   that save; without `increments` trainings are whole ones that a pruner may stop, and what the stopped ones have reported is modeled all
 *   the same.
 * - One goal; every space; constraints (`constraint-models.ts`); several parallel trials, where a running increment counts as what is expected of it.
 * - The first `startupTrials` trainings are points of Sobol's sequence.
 *
 * Swersky, Snoek, Adams: Freeze-thaw Bayesian optimization. 2014, arXiv:1406.3896.
 */
export const freezeThawSampler: SamplerDefinition<FreezeThawOptions> = {
  name: 'freezeThaw',
  learnsFromOthers: false,
  readsCurves: true,
  needsCheckpoints: cutsTrainings,
  splitsTrainings: cutsTrainings,
  fullSteps: ({ steps }) => (typeof steps === 'number' ? steps : null),
  trialsToContinue: (trials, { steps, increments }, { direction }) =>
    increments ? waitingIncrements(trials, { direction, wholeSteps: steps }) : [],
  withoutCheckpoints: reason => msg('rule.freezeThawIncrements', { reason }),
  checkStudy: checkWholeSteps,
  optionsSchema: freezeThawOptionsSchema,
  check({ steps, firstIncrement }, context) {
    const problems = oneGoalOnly('freezeThaw', context)
    if (firstIncrement >= steps) {
      const rule = msg('rule.aboveOption', { option: 'firstIncrement', limit: firstIncrement })
      problems.push({ path: ['sampler', 'steps'], value: steps, rule })
    }
    return problems
  },
  create,
}

function cutsTrainings({ increments }: GivenOptions): boolean {
  return increments !== false
}

/** Half the width of the band in deviations of the forecast: nine of ten within. */
const BAND = 1.645

function create(
  { steps, firstIncrement, growth, startupTrials, increments }: FreezeThawOptions,
  { space, goals, constraints, seed, redraws = false }: SamplerContext,
): Sampler {
  const { direction } = goals[0] as SamplerContext['goals'][number]
  const encoding = createEncoding(space)
  const design = createSobol(Math.max(encoding.dimension, 1), 'owen', seed)
  const ends = increments ? incrementEnds(firstIncrement, growth, steps) : [steps]
  const setting: CurveModelSetting = { kinds: encoding.kinds, wholeSteps: steps }
  const points = new WeakMap<Assignment, Float64Array>()
  const reading: TrainingsSetting = {
    direction,
    wholeSteps: steps,
    pointOf: parameters =>
      getOrInsertComputed(points, parameters, () => pointOf(encoding, parameters)),
  }
  const limits =
    constraints.length === 0
      ? null
      : new ConstraintModels(constraints.length, setting, trials => trainingsOf(trials, reading))
  const fits = new KernelFits(trials => fitCurveKernel(trainingsOf(trials, reading), setting))

  return {
    propose(request) {
      const trainings = trainingsOf(request.trials, reading)
      const observed = trainings.filter(training => lastStepOf(training) > 0)
      const tried = redraws ? triedPoints(trainings) : null
      if (trainings.length < startupTrials || observed.length === 0) {
        const start = startingPoint(request.trialNumber, trainings.length)
        const isTried = tried?.has(assignmentKey(start.parameters)) ?? false
        if (!isTried || observed.length === 0) return start
      }
      return fromModel(request, trainings, tried)
    },
  }

  function startingPoint(trialNumber: number, begun: number): Proposal {
    return {
      parameters: assignmentAt(space, position => design.coordinate(trialNumber, position)),
      ...untilOf(0),
      provenance: {
        sampler: 'freezeThaw',
        reason: msg('proposal.freezeThawStart', {
          number: begun + 1,
          // More of them where none has reported yet.
          startupTrials: Math.max(startupTrials, begun + 1),
        }),
        detail: { phase: 'startup' },
      },
    }
  }

  function fromModel(
    { trials, random }: ProposalRequest,
    trainings: readonly Training[],
    tried: ReadonlySet<string> | null,
  ): Proposal {
    const expected = trainings.flatMap((training, curve) =>
      training.state === 'running'
        ? [{ point: training.point, step: nextEnd(lastStepOf(training)), curve }]
        : [],
    )
    const kernel = fits.kernelFor(trials.filter(isInformative))
    const model = new CurveModel(trainings, setting, kernel, expected)
    const waiting = trainings.flatMap((training, curve): (Candidate & { training: Training })[] => {
      const { state, point } = training
      if (!increments || state !== 'waits' || !canResume(training, steps)) return []
      return [{ training, point, from: lastStepOf(training), curve }]
    })
    const drawn = newPoints(trainings, space, random)
    const untried = drawn.filter(parameters => tried?.has(assignmentKey(parameters)) !== true)
    // With nothing else to do a repeated point says so to whoever does not want it.
    const fresh = untried.length + waiting.length === 0 ? drawn : untried
    const candidates: Candidate[] = [
      ...waiting,
      ...fresh.map(parameters => ({ point: pointOf(encoding, parameters), from: 0, curve: -1 })),
    ]
    const constrained = limits && {
      rivals: trainings.filter(isAllowed),
      logChances: limits.logChances(trials, trainings),
    }
    const choice = chooseNext(model, trainings, candidates, ends, random, constrained)
    const continuation = waiting[choice.candidateIndex]
    const chosen = candidates[choice.candidateIndex] as Candidate
    const parameters =
      continuation === undefined
        ? (fresh[choice.candidateIndex - waiting.length] as Assignment)
        : continuation.training.parameters
    const { expected: value, low, high } = forecast(model, chosen)
    const allowed = limits === null ? {} : { allowed: inPercent(choice.allowed) }
    const why = { percent: inPercent(choice.chance), step: steps, value, low, high, ...allowed }
    return {
      parameters,
      ...untilOf(chosen.from),
      ...(continuation === undefined
        ? {}
        : {
            origin: {
              trial: continuation.training.trial,
              step: continuation.from,
              mode: 'continue',
            },
          }),
      provenance: {
        sampler: 'freezeThaw',
        reason: reasonOf(continuation, why),
        detail: {
          ...describe(choice, trainings, { waiting: waiting.length, value, low, high }),
          ...(limits === null ? {} : { allowed: roundTo(choice.allowed, 3) }),
        },
      },
    }
  }

  function nextEnd(from: number): number {
    return ends.find(end => end > from) ?? steps
  }

  function untilOf(from: number): Pick<Proposal, 'untilStep'> {
    return increments ? { untilStep: nextEnd(from) } : {}
  }

  /** What a training would end with, and the band that it probably ends in, as values of the metric. */
  function forecast(model: CurveModel, { point, curve }: Candidate) {
    const { means, deviations } = model.forecast([{ point, step: steps, curve }])
    const mean = means[0] as number
    const away = BAND * (deviations[0] as number)
    const [expected, bound, otherBound] = [mean, mean - away, mean + away].map(value =>
      roundTo(signOf(direction) * model.scale.toLoss(value), 4),
    ) as [number, number, number]
    return { expected, low: Math.min(bound, otherBound), high: Math.max(bound, otherBound) }
  }

  function describe(
    { horizon, margin, chance }: Choice,
    trainings: readonly Training[],
    { waiting, ...band }: { waiting: number; value: number; low: number; high: number },
  ): JsonObject {
    return {
      phase: 'model',
      trainings: trainings.length,
      waiting,
      horizon,
      margin: roundTo(margin, 3),
      chance: roundTo(chance, 3),
      forecast: { step: steps, ...band },
    }
  }
}

function inPercent(chance: number): number {
  return roundTo(100 * chance, 2)
}

function triedPoints(trainings: readonly Training[]): ReadonlySet<string> {
  return new Set(trainings.map(({ parameters }) => assignmentKey(parameters)))
}

function reasonOf(
  continuation: { readonly training: Training; readonly from: number } | undefined,
  why: { percent: number; step: number; value: number; low: number; high: number },
): MessageDescriptor {
  if (continuation === undefined) return msg('proposal.freezeThawBegins', why)
  return msg('proposal.freezeThawResumes', {
    trial: continuation.training.trial,
    from: continuation.from,
    ...why,
  })
}
