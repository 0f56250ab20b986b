import type { DistributionState } from '../cmaes/distribution-sampler.ts'
import { msg, type MessageDescriptor } from '../../../core/errors/message.ts'
import type { TrialSnapshot, Assignment, ParameterValue } from '../../../core/trial/trial.ts'
import { addSpread, boxPenalties } from '../../../math/cma-es/box-penalty.ts'
import { categoryDistribution } from '../../../math/cma-es/category-distribution.ts'
import { cmaConstants } from '../../../math/cma-es/constants.ts'
import {
  type CmaState,
  initialCmaState,
  updateCma,
  sampleCma,
} from '../../../math/cma-es/distribution.ts'
import { centerIntegers } from '../../../math/cma-es/integer-centering.ts'
import { correctMargin } from '../../../math/cma-es/margin.ts'
import { stoppingMemory, stopReason, valueStopReason } from '../../../math/cma-es/stopping.ts'
import { createRandomStream } from '../../../math/random/stream.ts'
import { median } from '../../../math/statistics/quantile.ts'
import type { SearchSpace } from '../../space/search-space.ts'
import { learnCategories, leavingProbability, drawCategory } from '../cmaes/categories.ts'
import type { Encoding } from '../cmaes/encoding.ts'
import { compareRanks, type Rank, rankOf } from '../../ranking.ts'
import { nextRun, type Run, restartRules, coldStart, type Start } from '../cmaes/runs.ts'
import { z } from 'zod'
import { clamp } from '../../../math/numbers.ts'
import { toUnit } from '../../space/unit-cube.ts'
import { assignmentAt } from '../shared/unit-coordinates.ts'

/** The search after some results; never changed, a result gives a new one. */
export interface RunState extends DistributionState {
  /** Samples of this run's complete generations. */
  readonly samples: number
  /** The distribution before the last update: trials that ran meanwhile come from it. */
  readonly previous: Source | null
  /** Per numeric parameter, as the margin correction left them. */
  readonly mutationRates: Float64Array
  /** How much values differed within the last generations. */
  readonly spreads: readonly number[]
  /** The samples of the next generation so far. */
  readonly filling: readonly Sample[]
}

/** A point and the trial that tells what it is worth. */
export interface Sample {
  readonly point: Float64Array
  readonly trial: TrialSnapshot
}

export interface RunSetting {
  readonly space: SearchSpace
  readonly encoding: Encoding
  readonly options: CatcmaOptions
  readonly seed: number
  readonly minimize: boolean
}

/** Ints, steps and ordinals begin a little wider: with few values a narrow start would see one of them only. */
const GRID_SHARE = 1.2

/** The start without any knowledge. */
export function coldRunStart({ encoding, options, seed }: RunSetting, run: Run): Start {
  const gridDeviation = (first: number, last: number): number => GRID_SHARE * (last - first)
  return coldStart(encoding, { sampler: 'catcma', seed, options, gridDeviation }, run)
}

export function beginRun({ encoding }: RunSetting, run: Run, start: Start): RunState {
  const n = encoding.numeric.length
  const constants = cmaConstants(Math.max(n, 1), run.populationSize, 'active')
  const { mean, sigma, covariance, probabilities } = start
  return {
    run,
    generation: 0,
    samples: 0,
    cma: n === 0 ? null : initialCmaState(constants, mean, sigma, covariance),
    categories: categoryDistribution(probabilities),
    previous: null,
    mutationRates: new Float64Array(n).fill(0.5),
    spreads: [],
    bests: [],
    filling: [],
  }
}

export function sourceOf({ cma, categories }: RunState): Source {
  return { cma, probabilities: categories.probabilities }
}

/** The state after one more sample; the last one of a generation moves the distribution. */
export function withSample(setting: RunSetting, state: RunState, sample: Sample): RunState {
  const filling = [...state.filling, sample]
  if (filling.length < state.run.populationSize) return { ...state, filling }
  const { next, reason } = nextGeneration(setting, state, filling)
  const previous = sourceOf(state)
  const { restarts } = setting.options
  if (reason === null || restarts === 'none') return { ...next, previous }
  const run = nextRun(state.run, restarts, reason, next.samples, 'catcma', setting.seed)
  return { ...beginRun(setting, run, coldRunStart(setting, run)), previous }
}

/** @returns also why the run is at its end, or null */
function nextGeneration(
  setting: RunSetting,
  state: RunState,
  samples: readonly Sample[],
): { next: RunState; reason: MessageDescriptor | null } {
  const { encoding, minimize } = setting
  const { run, cma } = state
  const ranks = samples.map(({ trial }) => rankOf(trial, minimize))
  const values = ranks.map(({ loss }) => loss).sort((a, b) => a - b)
  const spreads = cma === null ? [] : addSpread(state.spreads, values, cma)
  const ranked = rankedSamples(encoding, samples, ranks, cma, spreads)
  const constants = cmaConstants(Math.max(encoding.numeric.length, 1), run.populationSize, 'active')
  const assignments = ranked.map(({ trial }) => trial.parameters)
  const categories = learnCategories(encoding, state.categories, assignments, constants)
  const memory = stoppingMemory(encoding.parameters.length, run.populationSize)
  const bests = [...state.bests, values[0] as number].slice(-memory)
  const next: RunState = {
    ...state,
    generation: state.generation + 1,
    samples: state.samples + samples.length,
    categories,
    spreads,
    bests,
    filling: [],
  }
  const settled =
    valueStopReason(values, bests, memory) ??
    (next.samples >= run.limit ? msg('ending.shareUsed') : null)
  if (cma === null) return { next, reason: settled }
  const { points, succeeded } = centerIntegers(
    ranked.map(({ point }) => point),
    constants.parentCount,
    cma.mean,
    encoding.grids,
  )
  const updated = updateCma(cma, points)
  const mutations = { rates: state.mutationRates, succeeded }
  const alpha = leavingProbability(encoding)
  const corrected = correctMargin(updated, encoding.grids, alpha, mutations)
  const continuous = encoding.grids.map(grid => grid === null)
  return {
    next: { ...next, cma: corrected.state, mutationRates: corrected.rates },
    reason: settled ?? stopReason(corrected.state, continuous),
  }
}

/** From the best to the worst, with a penalty for what is outside the cube. */
function rankedSamples(
  { grids }: Encoding,
  samples: readonly Sample[],
  ranks: readonly Rank[],
  cma: CmaState | null,
  spreads: readonly number[],
): Sample[] {
  const free = grids.map(grid => grid === null)
  const points = samples.map(({ point }) => point)
  const spread = spreads.length === 0 ? 0 : median(spreads)
  const penalties = cma === null ? [] : boxPenalties(cma, points, free, spread)
  return samples
    .map((sample, i) => {
      const rank = ranks[i] as Rank
      return { sample, rank: { ...rank, loss: rank.loss + (penalties[i] ?? 0) } }
    })
    .sort((a, b) => compareRanks(a.rank, b.rank))
    .map(({ sample }) => sample)
}

/** Options of `catcma`; the reasons for the defaults stand in `catcma.ts`. */
export const catcmaOptionsSchema = z.strictObject({
  population: z.int().min(4).max(10_000).optional().describe('option.catcma.population'),
  sigma: z
    .number()
    .gt(0)
    .max(1)
    .default(1 / 12)
    .describe('option.catcma.sigma'),
  start: z.enum(['center', 'random']).default('center').describe('option.catcma.start'),
  restarts: z.enum(restartRules).default('ipop').describe('option.catcma.restarts'),
  repeats: z.boolean().default(false).describe('option.catcma.repeats'),
  warmStart: z.int().min(0).default(0).describe('option.catcma.warmStart'),
})
export type CatcmaOptions = z.output<typeof catcmaOptionsSchema>

/** The distribution that points are drawn from. */
export interface Source {
  /** Null if no parameter is numeric. */
  readonly cma: CmaState | null
  /** Per choice, the probabilities of its values. */
  readonly probabilities: readonly (readonly number[])[]
}

/** A point as it was drawn. */
export interface Draw {
  /** Numeric coordinates: not clipped to [0, 1], not rounded to a grid, with those of inactive parameters. */
  readonly point: Float64Array
  /** The nearest values. */
  readonly parameters: Assignment
}

/**
 * The draws that belong to a trial, one after the other: they depend on the seed, its number and the source
 * alone, so they can be repeated when the trial is told.
 */
export function createDraws(
  space: SearchSpace,
  encoding: Encoding,
  seed: number,
  trialNumber: number,
): (source: Source) => Draw {
  const random = createRandomStream({ seed, number: trialNumber, purpose: 'catcma draws' })
  return source => {
    const point = source.cma === null ? new Float64Array(0) : sampleCma(source.cma, random)
    const chosen = source.probabilities.map(values => drawCategory(values, random))
    let numeric = 0
    let choice = 0
    const coordinates = encoding.parameters.map(parameter =>
      parameter.kind === 'choice'
        ? toUnit(parameter, parameter.values[chosen[choice++] as number] as ParameterValue)
        : clamp(point[numeric++] as number, 0, 1),
    )
    return { point, parameters: assignmentAt(space, index => coordinates[index] as number) }
  }
}
