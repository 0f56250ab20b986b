import { z } from 'zod'
import { ownValue } from '../../../core/values/named-values.ts'
import type { TrialSnapshot } from '../../../core/trial/trial.ts'
import {
  fitTimeVarying,
  type TimedObservation,
} from '../../../math/gaussian-process/time-varying.ts'
import { clamp } from '../../../math/numbers.ts'
import type { RandomStream } from '../../../math/random/random-stream.ts'
import type { Parameter } from '../../space/search-space.ts'
import { fromUnit, toUnit, valueIndex } from '../../space/unit-cube.ts'
import type { Sampler, SamplerContext, SamplerDefinition } from '../sampler.ts'
import {
  lastLoss,
  checkPopulation,
  latestGenerations,
  createPopulationSampler,
  type ExploreRequest,
} from '../shared/population-training/population-sampler.ts'
import { populationOptions } from '../shared/population-training/options.ts'
import { explore, EXPLORE_DRAWS, likeliest, truncation } from '../pbt/pbt.ts'

const pb2OptionsSchema = z.strictObject(populationOptions)
type Pb2Options = z.output<typeof pb2OptionsSchema>

/**
 * PB2: population-based training whose changes are chosen by a bandit. What a turn has gained (fall of the loss per step) is
 * modeled over the explored parameters and time by a Gaussian process that forgets, and the next values
 * maximize mean + √β · deviation (equation 3). Turns that still run count as observed at their mean, so that members do
 * not all go the same way (equation 4). β = 0.2 + ln(0.4 · observations), at least 0.2, as in the authors' code.
 *
 * - Explored parameters are modeled in the unit cube: numbers, ordinals and choices alike, choices by their order. Conditional
 *   ones that are inactive stand at ½.
 * - Before two turns have given a gain, changed parameters are drawn at random.
 * - Everything else as `pbt` with truncation. Meant for small populations, 4 to 8.
 *
 * Parker-Holder, Nguyen, Roberts: Provably efficient online hyperparameter optimization with population-based bandits.
 * NeurIPS 2020, arXiv:2002.02518.
 */
export const pb2Sampler: SamplerDefinition<Pb2Options> = {
  name: 'pb2',
  docs: 'checkpoints-and-populations',
  worksInGenerations: true,
  learnsFromOthers: false,
  readsCurves: true,
  needsCheckpoints: () => true,
  trialsToContinue: latestGenerations,
  optionsSchema: pb2OptionsSchema,
  check: (options, context) => checkPopulation(options, context, 'pb2'),
  create,
}

const MIN_OBSERVATIONS = 2
/** Later ones say more: the process forgets. */
const MAX_OBSERVATIONS = 120
const RANDOM_CANDIDATES = 400
const NEAR_CANDIDATES = 100
const NEAR_DEVIATION = 0.1

function create(options: Pb2Options, context: SamplerContext): Sampler {
  const { direction } = context.goals[0] as SamplerContext['goals'][number]
  const { space } = context

  function choose({ donor, explored, trials, trialNumber, random, success }: ExploreRequest) {
    const axes = space.parameters.filter(({ name }) => explored.includes(name))
    const pointOf = ({ parameters }: Pick<TrialSnapshot, 'parameters'>): number[] =>
      axes.map(axis => coordinate(axis, parameters))
    const observations = gains(trials, direction, pointOf).slice(-MAX_OBSERVATIONS)
    if (observations.length < MIN_OBSERVATIONS || axes.length === 0) {
      const { parameters } = likeliest(success, EXPLORE_DRAWS, () =>
        explore(donor.trial.parameters, explored, space, random, parameter =>
          fromUnit(parameter, random.uniform()),
        ),
      )
      return { parameters, detail: { observations: observations.length, drawn: true } }
    }
    const time = donor.step
    const first = fitTimeVarying(observations)
    const running = trials
      .filter(({ state, number }) => state === 'running' && number !== trialNumber)
      .map((trial): TimedObservation => {
        const point = pointOf(trial)
        return { point, time, value: first.at(point, time).mean }
      })
    const posterior = running.length === 0 ? first : fitTimeVarying([...observations, ...running])
    const beta = Math.max(0.2, 0.2 + Math.log(0.4 * observations.length))
    const looked = [...candidates(pointOf(donor.trial), random)]
      .map(point => {
        const { mean, deviation } = posterior.at(point, time)
        return { point, mean, deviation, bound: mean + Math.sqrt(beta) * deviation }
      })
      .filter(({ bound }) => bound > Number.NEGATIVE_INFINITY)
      .sort((a, b) => b.bound - a.bound)
    if (looked.length === 0) {
      looked.push({ point: pointOf(donor.trial), mean: 0, deviation: 0, bound: 0 })
    }
    const { parameters, drawIndex } = likeliest(success, looked.length, at =>
      explore(donor.trial.parameters, explored, space, random, parameter => {
        const axis = axes.findIndex(({ name }) => name === parameter.name)
        return fromUnit(parameter, looked[at]?.point[axis] ?? 0.5)
      }),
    )
    const best = looked[drawIndex] as (typeof looked)[number]
    const { length, forgetting, noise } = posterior
    return {
      parameters,
      detail: {
        observations: observations.length,
        drawn: false,
        length,
        forgetting,
        noise,
        beta,
        expectedGain: best.mean,
        deviation: best.deviation,
        from: { ...donor.trial.parameters },
      },
    }
  }

  return createPopulationSampler(options, context, {
    name: 'pb2',
    exploit: (current, members, random) => truncation(current, members, options.quantile, random),
    explore: choose,
  })
}

/** How far the loss fell per step in every turn that began with a checkpoint, by rising number. */
function gains(
  trials: readonly TrialSnapshot[],
  direction: SamplerContext['goals'][number]['direction'],
  pointOf: (trial: TrialSnapshot) => number[],
): TimedObservation[] {
  const trialsByNumber = new Map(trials.map(trial => [trial.number, trial]))
  return trials.flatMap(trial => {
    const parent = trialsByNumber.get(trial.origin?.trial ?? -1)
    const step = trial.reports.at(-1)?.step
    if (trial.state !== 'complete' || parent === undefined || step === undefined) return []
    const time = trial.origin?.step ?? 0
    const value = (lastLoss(parent, direction) - lastLoss(trial, direction)) / (step - time)
    return Number.isFinite(value) ? [{ point: pointOf(trial), time, value }] : []
  })
}

function coordinate(axis: Parameter, parameters: TrialSnapshot['parameters']): number {
  const value = ownValue(parameters, axis.name)
  return value === undefined || valueIndex(axis, value) < 0 ? 0.5 : toUnit(axis, value)
}

function* candidates(from: readonly number[], random: RandomStream): Generator<number[]> {
  for (let draw = 0; draw < RANDOM_CANDIDATES; draw++) yield from.map(() => random.uniform())
  for (let draw = 0; draw < NEAR_CANDIDATES; draw++) {
    yield from.map(value => clamp(value + NEAR_DEVIATION * random.normal(), 0, 1))
  }
}
