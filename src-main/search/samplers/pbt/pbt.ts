import { z } from 'zod'
import { ownValue, setOwnValue } from '../../../core/values/named-values.ts'
import type { Assignment, ParameterValue } from '../../../core/trial/trial.ts'
import { clamp } from '../../../math/numbers.ts'
import type { RandomStream } from '../../../math/random/random-stream.ts'
import { isActive } from '../../space/conditions.ts'
import type { SuccessModel } from '../../success/success-model.ts'
import type { Parameter, SearchSpace } from '../../space/search-space.ts'
import { fromUnit, toUnit, valueAt, valueCount, valueIndex } from '../../space/unit-cube.ts'
import type { Sampler, SamplerContext, SamplerDefinition } from '../sampler.ts'
import {
  type Member,
  checkPopulation,
  latestGenerations,
  createPopulationSampler,
} from '../shared/population-training/population-sampler.ts'
import { populationOptions } from '../shared/population-training/options.ts'

const pbtOptionsSchema = z.strictObject({
  ...populationOptions,
  exploit: z
    .enum(['truncation', 'tournament'])
    .default('truncation')
    .describe('option.pbt.exploit'),
  factors: z.array(z.number().gt(0)).min(2).default([0.8, 1.2]).describe('option.pbt.factors'),
  resample: z.number().min(0).max(1).default(0.25).describe('option.pbt.resample'),
})
type PbtOptions = z.output<typeof pbtOptionsSchema>

/**
 * Population-based training: members train at the same time; from time to time a bad one copies weights and
 * hyperparameters of a good one (exploit) and changes the hyperparameters (explore), so that the search finds schedules.
 *
 * - `truncation` (section 4.1.1): a member of the worst `quantile` copies one of the best `quantile`, drawn uniformly.
 *   `tournament`: a member is compared with another one, drawn uniformly, and copies it if that is better.
 * - Explore: each explored parameter is drawn anew with probability `resample`, else perturbed: a number is multiplied by one of
 *   `factors`, a choice moves to a neighbor.
 * - One goal; every space. Parameters that shape the network must not be explored: weights would not fit. Any number of parallel trials,
 *   though with more than members some turns find their member still training and copy the best.
 * - Every trial is one turn; it descends from the checkpoint that it goes on from. Needs `checkpoint.atEnd`.
 *
 * Defaults: quantile 0.25, factors 0.8 and 1.2, resample 0.25, as in Ray Tune; the paper has 20 % and the same factors.
 *
 * Jaderberg et al.: Population based training of neural networks. 2017, arXiv:1711.09846.
 */
export const pbtSampler: SamplerDefinition<PbtOptions> = {
  name: 'pbt',
  docs: 'checkpoints-and-populations',
  worksInGenerations: true,
  learnsFromOthers: false,
  readsCurves: true,
  needsCheckpoints: () => true,
  trialsToContinue: latestGenerations,
  optionsSchema: pbtOptionsSchema,
  check: (options, context) => checkPopulation(options, context, 'pbt'),
  create,
}

/** Changes of a turn that are looked at once trials have failed. */
export const EXPLORE_DRAWS = 50

function create(options: PbtOptions, context: SamplerContext): Sampler {
  const { exploit, quantile, factors, resample } = options
  return createPopulationSampler(options, context, {
    name: 'pbt',
    exploit: (current, members, random) =>
      exploit === 'truncation'
        ? truncation(current, members, quantile, random)
        : tournament(current, members, random),
    explore: ({ donor, explored, random, success }) => ({
      parameters: likeliest(success, EXPLORE_DRAWS, () =>
        explore(donor.trial.parameters, explored, context.space, random, (parameter, value) =>
          random.uniform() < resample
            ? fromUnit(parameter, random.uniform())
            : perturb(parameter, value, factors, random),
        ),
      ).parameters,
      detail: { from: { ...donor.trial.parameters } },
    }),
  })
}

/**
 * The first of some points at which a turn is likely enough to succeed; if none is, the likeliest that has not failed. The first one
 * while nothing has failed.
 */
export function likeliest(
  success: SuccessModel | null,
  draws: number,
  draw: (at: number) => Assignment,
): { readonly parameters: Assignment; readonly drawIndex: number } {
  const first = { parameters: draw(0), drawIndex: 0 }
  if (success === null) return first
  let best = first
  let highest = Number.NEGATIVE_INFINITY
  for (let drawIndex = 0; drawIndex < draws; drawIndex++) {
    const parameters = drawIndex === 0 ? first.parameters : draw(drawIndex)
    if (success.allows(parameters)) return { parameters, drawIndex }
    const probability = success.hasFailed(parameters) ? 0 : success.probabilityAt(parameters)
    if (probability > highest) [best, highest] = [{ parameters, drawIndex }, probability]
  }
  return best
}

/** @param members the best first */
export function truncation(
  current: Member,
  members: readonly Member[],
  quantile: number,
  random: RandomStream,
): Member | null {
  const count = Math.max(1, Math.floor(quantile * members.length))
  const rank = members.indexOf(current)
  if (members.length < 2 || rank < members.length - count) return null
  return members[random.integer(count)] ?? null
}

function tournament(
  current: Member,
  members: readonly Member[],
  random: RandomStream,
): Member | null {
  const others = members.filter(member => member !== current)
  const rival = others.length === 0 ? undefined : others[random.integer(others.length)]
  return rival !== undefined && rival.loss < current.loss ? rival : null
}

/** Changes some parameters of a point; ones that become active are drawn, others stay. */
export function explore(
  from: Assignment,
  explored: readonly string[],
  space: SearchSpace,
  random: RandomStream,
  change: (parameter: Parameter, value: ParameterValue) => ParameterValue,
): Assignment {
  const parameters: Record<string, ParameterValue> = {}
  for (const parameter of space.parameters) {
    if (!isActive(parameter, parameters)) continue
    const { name } = parameter
    const value = ownValue(from, name)
    if (value === undefined || valueIndex(parameter, value) < 0) {
      setOwnValue(parameters, name, fromUnit(parameter, random.uniform()))
    } else {
      setOwnValue(parameters, name, explored.includes(name) ? change(parameter, value) : value)
    }
  }
  return parameters
}

function perturb(
  parameter: Parameter,
  value: ParameterValue,
  factors: readonly number[],
  random: RandomStream,
): ParameterValue {
  const count = valueCount(parameter)
  if (count === 1) return value
  if ((parameter.kind === 'float' || parameter.kind === 'int') && typeof value === 'number') {
    const factor = factors[random.integer(factors.length)] ?? 1
    const wanted = clamp(value * factor, parameter.low, parameter.high)
    if (parameter.kind === 'float' && parameter.step === null) return wanted
    const step = parameter.step ?? 1
    const moved = parameter.low + Math.round((wanted - parameter.low) / step) * step
    // On a coarse grid a factor may lead back: at least to the neighbor then.
    const index = valueIndex(parameter, moved)
    if (index >= 0 && moved !== value) return moved
  }
  const index = valueIndex(parameter, value)
  const next = index + (random.uniform() < 0.5 ? -1 : 1)
  if (Number.isFinite(count) && index >= 0) {
    return valueAt(parameter, clamp(next, 0, count - 1))
  }
  return fromUnit(parameter, toUnit(parameter, value))
}
