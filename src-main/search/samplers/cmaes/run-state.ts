import type { DistributionState } from './distribution-sampler.ts'
import { msg, type MessageDescriptor } from '../../../core/errors/message.ts'
import type { TrialSnapshot } from '../../../core/trial/trial.ts'
import { categoryDistribution } from '../../../math/cma-es/category-distribution.ts'
import {
  type CmaConstants,
  cmaConstants,
  defaultPopulationSize,
} from '../../../math/cma-es/constants.ts'
import {
  type CmaState,
  initialCmaState,
  updateCma,
  withinReach,
} from '../../../math/cma-es/distribution.ts'
import {
  adaptLearningRates,
  initialLearningRates,
  type LearningRates,
} from '../../../math/cma-es/learning-rates.ts'
import { correctMargin } from '../../../math/cma-es/margin.ts'
import { stoppingMemory, stopReason, valueStopReason } from '../../../math/cma-es/stopping.ts'
import { createRandomStream } from '../../../math/random/stream.ts'
import { learnCategories } from './categories.ts'
import { type Encoding, trialPoint } from './encoding.ts'
import { type Parent, updatePlus, type RankedTrial } from './plus-selection.ts'
import { compareRanks, rankOf } from '../../ranking.ts'
import { firstRun, nextRun, type Run, restartRules, coldStart, type Start } from './runs.ts'
import { warmStart } from './warm-start.ts'
import { z } from 'zod'

/** The search after some results; never changed, a result gives a new one. */
export interface RunState extends DistributionState {
  /** Trials of this run. */
  readonly trials: number
  /** Null while they are fixed. */
  readonly learningRates: LearningRates | null
  /** The best trial of the run, with plus selection; null before its first. */
  readonly parent: Parent | null
  /** Trials with results that the next generation has so far. */
  readonly filling: readonly TrialSnapshot[]
}

export interface RunSetting {
  readonly encoding: Encoding
  readonly options: CmaesOptions
  readonly seed: number
  readonly minimize: boolean
}

/** @param sources trials that the start is estimated from; none: it knows nothing */
export function beginFirst(setting: RunSetting, sources: readonly TrialSnapshot[]): RunState {
  const { encoding, options, minimize } = setting
  const usual = options.selection === 'plus' ? 1 : defaultPopulationSize(encoding.parameters.length)
  const run = firstRun(options.population ?? usual, sources.length === 0 ? 'large' : 'warm')
  const cold = coldRunStart(setting, run)
  return beginRun(setting, run, warmStart(encoding, minimize, sources, cold))
}

function coldRunStart({ encoding, options, seed }: RunSetting, run: Run): Start {
  return coldStart(encoding, { sampler: 'cmaes', seed, options, gridDeviation: () => 1 }, run)
}

function beginRun({ encoding, options }: RunSetting, run: Run, start: Start): RunState {
  const n = encoding.numeric.length
  const { mean, sigma, covariance, probabilities } = start
  const separable = options.covariance === 'separable'
  const shape = separable ? mean.map((_, i) => covariance[i * n + i] as number) : covariance
  return {
    run,
    generation: 0,
    trials: 0,
    cma: n === 0 ? null : initialCmaState(constantsOf(encoding, options, run), mean, sigma, shape),
    categories: categoryDistribution(probabilities),
    learningRates: options.learningRates === 'adaptive' ? initialLearningRates(n) : null,
    parent: null,
    bests: [],
    filling: [],
  }
}

/** Plus selection has constants of its own; those of the distribution stay unused. */
function constantsOf({ numeric }: Encoding, options: CmaesOptions, run: Run): CmaConstants {
  const n = Math.max(numeric.length, 1)
  const { populationSize } = run
  if (options.selection === 'plus') return cmaConstants(n, Math.max(populationSize, 4), 'classic')
  const variant = options.covariance === 'separable' ? 'separable' : options.constants
  return cmaConstants(n, populationSize, variant)
}

/** The state after one more trial with a result, whoever proposed it; the last of a generation moves it. */
export function tell(setting: RunSetting, state: RunState, trial: TrialSnapshot): RunState {
  const filling = [...state.filling, trial]
  // With plus selection the first trial is the parent.
  const size = isPlus(setting) && state.parent === null ? 1 : state.run.populationSize
  if (filling.length < size) return { ...state, filling }
  const { next, reason } = nextGeneration(setting, state, filling)
  const { restarts } = setting.options
  if (reason === null || restarts === 'none') return next
  const run = nextRun(state.run, restarts, reason, next.trials, 'cmaes', setting.seed)
  return beginRun(setting, run, coldRunStart(setting, run))
}

function isPlus({ options }: RunSetting): boolean {
  return options.selection === 'plus'
}

/** @returns also why the run is at its end, or null */
function nextGeneration(
  setting: RunSetting,
  state: RunState,
  trials: readonly TrialSnapshot[],
): { next: RunState; reason: MessageDescriptor | null } {
  const { encoding, minimize } = setting
  const { run } = state
  const ranked = trials
    .map(trial => ({
      parameters: trial.parameters,
      rank: rankOf(trial, minimize),
      point: pointOf(setting, state.cma, trial),
    }))
    .sort((a, b) => compareRanks(a.rank, b.rank))
  const { margin } = setting.options
  const moved = isPlus(setting)
    ? { ...state, ...updatePlus(encoding, margin, run.populationSize, state, ranked) }
    : updateComma(setting, state, ranked)
  const values = ranked.map(({ rank }) => rank.loss)
  const memory = stoppingMemory(encoding.parameters.length, run.populationSize)
  const best = moved.parent === null ? Math.min(...values) : moved.parent.rank.loss
  const bests = [...state.bests, best].slice(-memory)
  const next: RunState = {
    ...moved,
    generation: state.generation + 1,
    trials: state.trials + trials.length,
    bests,
    filling: [],
  }
  const continuous = encoding.grids.map(grid => grid === null)
  const reason =
    valueStopReason(values, bests, memory) ??
    (next.trials >= run.limit ? msg('ending.shareUsed') : null) ??
    (next.cma === null ? null : stopReason(next.cma, continuous))
  return { next, reason }
}

function updateComma(
  { encoding, options }: RunSetting,
  state: RunState,
  ranked: readonly RankedTrial[],
): RunState {
  const constants = constantsOf(encoding, options, state.run)
  const assignments = ranked.map(({ parameters }) => parameters)
  const categories = learnCategories(encoding, state.categories, assignments, constants)
  if (state.cma === null) return { ...state, categories }
  const points = ranked.map(({ point }) => point)
  let cma = updateCma(state.cma, points)
  let { learningRates } = state
  if (learningRates !== null) {
    const followed = adaptLearningRates(learningRates, state.cma, cma)
    cma = followed.state
    learningRates = followed.rates
  }
  if (options.margin) {
    const alpha = 1 / (encoding.numeric.length * state.run.populationSize)
    cma = correctMargin(cma, encoding.grids, alpha).state
  }
  return { ...state, cma, learningRates, categories }
}

function pointOf(
  { encoding, seed }: RunSetting,
  cma: CmaState | null,
  { number, parameters }: TrialSnapshot,
): Float64Array {
  if (cma === null) return new Float64Array(0)
  const random = createRandomStream({ seed, number, purpose: 'cmaes point' })
  return withinReach(cma, trialPoint(encoding, parameters, cma, random))
}

/** Options of `cmaes`; the reasons for the defaults stand in `cmaes.ts`. */
export const cmaesOptionsSchema = z.strictObject({
  covariance: z.enum(['full', 'separable']).default('full').describe('option.cmaes.covariance'),
  constants: z.enum(['active', 'classic']).default('active').describe('option.cmaes.constants'),
  selection: z.enum(['comma', 'plus']).default('comma').describe('option.cmaes.selection'),
  learningRates: z
    .enum(['fixed', 'adaptive'])
    .default('fixed')
    .describe('option.cmaes.learningRates'),
  population: z.int().min(1).max(10_000).optional().describe('option.cmaes.population'),
  sigma: z
    .number()
    .gt(0)
    .max(1)
    .default(1 / 6)
    .describe('option.cmaes.sigma'),
  start: z.enum(['center', 'random']).default('center').describe('option.catcma.start'),
  restarts: z.enum(restartRules).default('ipop').describe('option.catcma.restarts'),
  margin: z.boolean().default(true).describe('option.cmaes.margin'),
  warmStart: z.int().min(0).default(0).describe('option.catcma.warmStart'),
})
export type CmaesOptions = z.output<typeof cmaesOptionsSchema>
