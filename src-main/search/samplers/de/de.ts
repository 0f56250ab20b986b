import { msg, type MessageDescriptor } from '../../../core/errors/message.ts'
import type { JsonObject } from '../../../core/values/json.ts'
import { createRandomStream } from '../../../math/random/stream.ts'
import { createVectorSampler, type VectorRules } from '../shared/population/vector-sampler.ts'
import { oneGoalOnly, type SamplerContext, type SamplerDefinition } from '../sampler.ts'
import {
  type DeOptions,
  deOptionsSchema,
  type DeState,
  enterGeneration,
  firstState,
  settle,
} from './state.ts'
import { type TrialVector, vary } from './vary.ts'

/**
 * Differential evolution: a member of the population is challenged by a vector that mixes it with another
 * one plus differences between members, and gives way if the vector is at least as good.
 *
 * - Every space. Ints, steps and ordinals are coordinates, cut into shares; a choice has one coordinate per
 *   value, of which the largest wins. Inactive parameters take part.
 * - One goal. Feasible trials are better than infeasible ones (Deb's rules).
 * - Any number of parallel trials: trial n challenges the member whose turn it is, with the population as it is then, and
 *   a result counts at once. The place of a start that failed is filled at its next turn.
 *
 * Papers: see `math/differential-evolution`; J. Brest and others: Self-adapting control parameters in
 * differential evolution. IEEE Transactions on Evolutionary Computation 10, 2006, 646–657,
 * doi:10.1109/TEVC.2006.872133 (`jde`).
 */
export const deSampler: SamplerDefinition<DeOptions> = {
  name: 'de',
  citation:
    'R. Storn, K. Price: Differential evolution. Journal of Global Optimization 11, 341–359, 1997.',
  worksInGenerations: true,
  optionsSchema: deOptionsSchema,
  check,
  create,
}

function check(options: DeOptions, context: SamplerContext) {
  const { population, smallestPopulation, scale, scaleDither } = options
  const problems = oneGoalOnly('de', context)
  const refuse = (option: keyof DeOptions, rule: MessageDescriptor): void => {
    problems.push({ path: ['sampler', option], value: options[option] ?? null, rule })
  }
  if (smallestPopulation !== undefined && smallestPopulation > population) {
    const rule = msg('rule.atMostOption', { option: 'population', limit: population })
    refuse('smallestPopulation', rule)
  }
  if (smallestPopulation !== undefined && context.trialBudget === null) {
    refuse('smallestPopulation', msg('rule.shrinkingNeedsEnd'))
  }
  if (scaleDither >= scale)
    refuse('scaleDither', msg('rule.belowOption', { option: 'scale', limit: scale }))
  return problems
}

function create(options: DeOptions, context: SamplerContext) {
  const { seed, trialBudget } = context
  const { population, smallestPopulation = population } = options
  const schedule = createSchedule(population, smallestPopulation, trialBudget)
  const slotOf = (number: number): number => schedule.turnOf(number).slot
  const rules: VectorRules<DeState, TrialVector> = {
    name: 'de',
    start: firstState(options),
    enter(state, number) {
      const { generation } = schedule.turnOf(number)
      return enterGeneration(state, generation, schedule.sizeOf(generation), options)
    },
    move: (state, number, dimension, random) =>
      vary(state, slotOf(number), number, dimension, options, seed, random),
    mustBeNew: () => options.avoidRepeats,
    kick(_state, _number, vector, random) {
      const axis = random.integer(vector.point.length)
      return { ...vector, point: vector.point.with(axis, random.uniform()) }
    },
    settle(state, vector, solution) {
      const random = createRandomStream({ seed, number: solution.number, purpose: 'de archive' })
      return settle(state, slotOf(solution.number), vector, solution, options, random)
    },
    explain(state, vector, number) {
      const turn = schedule.turnOf(number)
      return { reason: reasonOf(vector, turn), detail: detailOf(vector, turn, state) }
    },
  }
  return createVectorSampler(rules, context)
}

function reasonOf(
  { recipe, scale, rate }: TrialVector,
  { generation, slot }: Turn,
): MessageDescriptor {
  if (recipe === null) return msg('proposal.memberStart', { member: slot + 1 })
  const { target, base } = recipe
  return msg('proposal.challenge', {
    generation,
    trial: target.number,
    base: base.number,
    scale,
    rate,
  })
}

function detailOf({ recipe, scale, rate }: TrialVector, turn: Turn, state: DeState): JsonObject {
  return {
    generation: turn.generation,
    member: turn.slot,
    target: recipe?.target.number ?? null,
    base: recipe?.base.number ?? null,
    difference: recipe === null ? null : [recipe.plus.number, recipe.minus.number],
    scale: recipe === null ? null : scale,
    rate: recipe === null ? null : rate,
    population: state.members.length,
    archive: state.archive.length,
  }
}

/** Which generation a trial belongs to, and which of its members it challenges. */
interface Turn {
  readonly generation: number
  readonly slot: number
}

export interface GenerationSchedule {
  turnOf(number: number): Turn
  sizeOf(generation: number): number
}

/**
 * Trials in their order challenge one member after the other; a generation is over when all have been. With a
 * smallest size, generations shrink evenly with the trials that are used (Tanabe and Fukunaga 2014, equation 10).
 * @param budget trials of the study; null: unknown, all generations have the largest size
 */
export function createSchedule(
  largest: number,
  smallest: number,
  budget: number | null,
): GenerationSchedule {
  if (budget === null || smallest >= largest) {
    return {
      turnOf: number => ({ generation: Math.floor(number / largest), slot: number % largest }),
      sizeOf: () => largest,
    }
  }
  /** First trial of each generation; one more than sizes. */
  const starts = [0]
  const sizes: number[] = []

  function extend(): void {
    const start = starts.at(-1) as number
    const share = Math.min(start / budget!, 1)
    const size = Math.round(largest - (largest - smallest) * share)
    sizes.push(size)
    starts.push(start + size)
  }

  return {
    turnOf: number => {
      while ((starts.at(-1) as number) <= number) extend()
      let generation = starts.length - 2
      while ((starts[generation] as number) > number) generation--
      return { generation, slot: number - (starts[generation] as number) }
    },
    sizeOf: generation => {
      while (sizes.length <= generation) extend()
      return sizes[generation] as number
    },
  }
}
