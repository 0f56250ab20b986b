import {
  startHistory,
  type Success,
  type SuccessHistory,
  updateHistory,
} from '../../../math/differential-evolution/success-history.ts'
import type { RandomStream } from '../../../math/random/random-stream.ts'
import { compareMerits } from '../../ranking.ts'
import type { Solution } from '../shared/population/solution.ts'
import { z } from 'zod'
import { boundRules } from '../../../math/differential-evolution/variation.ts'
import { evenStart, populationStarts } from '../shared/population-start.ts'

/** Controls of a vector: scale factor F and crossover rate CR. */
export interface Controls {
  readonly scale: number
  readonly rate: number
}

export interface Member extends Controls {
  readonly solution: Solution
}

/** Never changed; a trial gives a new one. */
export interface DeState {
  readonly generation: number
  /** Null until a result has come for the place. */
  readonly members: readonly (Member | null)[]
  /** Members that were replaced by better ones. */
  readonly archive: readonly Solution[]
  readonly history: SuccessHistory
  readonly successes: readonly Success[]
}

export function firstState(options: DeOptions): DeState {
  return {
    generation: 0,
    members: new Array<null>(options.population).fill(null),
    archive: [],
    history: startHistory(options.memory, options.scale, options.rate),
    successes: [],
  }
}

/** The state as it is when a generation begins: what succeeded is learned from, and the worst leave. */
export function enterGeneration(
  state: DeState,
  generation: number,
  size: number,
  options: DeOptions,
): DeState {
  if (generation === state.generation) return state
  let { members, archive } = state
  if (size < members.length) {
    const ranked = members
      .map((member, index) => ({ member, index }))
      .sort((a, b) => compareMembers(a.member, b.member) || a.index - b.index)
    const staying = new Set(ranked.slice(0, size).map(({ index }) => index))
    members = members.filter((_, index) => staying.has(index))
    archive = archive.slice(0, Math.round(options.archive * size))
  }
  return {
    generation,
    members,
    archive,
    history: updateHistory(state.history, state.successes),
    successes: [],
  }
}

export function compareMembers(first: Member | null, second: Member | null): number {
  if (first === null || second === null) return Number(first === null) - Number(second === null)
  return compareMerits(first.solution, second.solution)
}

/** The state after a result at `solution`, where a vector made with these controls led. */
export function settle(
  state: DeState,
  slot: number,
  { scale, rate }: Controls,
  solution: Solution,
  options: DeOptions,
  random: RandomStream,
): DeState {
  const target = state.members[slot] ?? null
  const member: Member = { solution, scale, rate }
  if (target === null) return { ...state, members: state.members.with(slot, member) }
  const order = compareMerits(solution, target.solution)
  if (order > 0) return state
  const members = state.members.with(slot, member)
  if (order === 0) return { ...state, members }
  const gain =
    solution.violation === target.solution.violation
      ? target.solution.loss - solution.loss
      : target.solution.violation - solution.violation
  const archive = [...state.archive, target.solution]
  const most = Math.round(options.archive * members.length)
  while (archive.length > most) archive.splice(random.integer(archive.length), 1)
  return {
    ...state,
    members,
    archive,
    successes: [...state.successes, { scale, rate, gain }],
  }
}

/** Options of `de`; the reasons for the defaults stand in `de.ts`. */
export const deOptionsSchema = z.strictObject({
  population: z.int().min(4).max(10_000).default(10).describe('option.de.population'),
  smallestPopulation: z
    .int()
    .min(4)
    .max(10_000)
    .optional()
    .describe('option.de.smallestPopulation'),
  strategy: z
    .enum(['rand1', 'best1', 'currentToBest1', 'currentToPbest1'])
    .default('currentToPbest1')
    .describe('option.de.strategy'),
  adaptation: z.enum(['none', 'jde', 'shade']).default('shade').describe('option.de.adaptation'),
  scale: z.number().gt(0).max(2).default(0.5).describe('option.de.scale'),
  scaleDither: z.number().min(0).max(1).default(0).describe('option.de.scaleDither'),
  rate: z.number().min(0).max(1).default(0.5).describe('option.de.rate'),
  memory: z.int().min(1).max(1000).default(5).describe('option.de.memory'),
  pbest: z.number().gt(0).max(1).default(0.15).describe('option.de.pbest'),
  archive: z.number().min(0).max(10).default(1).describe('option.de.archive'),
  bounds: z.enum(boundRules).default('clip').describe('option.de.bounds'),
  start: z.enum(populationStarts).default(evenStart).describe('option.de.start'),
  avoidRepeats: z.boolean().default(true).describe('option.de.avoidRepeats'),
})
export type DeOptions = z.output<typeof deOptionsSchema>
