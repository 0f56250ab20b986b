import type { MessageDescriptor } from '../../../core/errors/message.ts'
import { createRandomStream } from '../../../math/random/stream.ts'
import { gridShare } from '../../space/unit-cube.ts'
import type { Encoding } from './encoding.ts'

/**
 * - `ipop`: every restart has twice the population of the run before.
 * - `bipop`: such large runs take turns with small ones, of a random smaller population and step size;
 *   whichever kind has used fewer trials is next. Good where one large or many small funnels are possible.
 * - `none`: a run never ends.
 *
 * - A. Auger, N. Hansen: A restart CMA evolution strategy with increasing population size. CEC 2005,
 *   1769–1776, doi:10.1109/CEC.2005.1554902.
 * - N. Hansen: Benchmarking a BI-population CMA-ES on the BBOB-2009 function testbed. GECCO 2009 (companion),
 *   2389–2396, doi:10.1145/1570256.1570333.
 */
export const restartRules = ['ipop', 'bipop', 'none'] as const
export type RestartRule = (typeof restartRules)[number]

/** One run between restarts. */
export interface Run {
  /** Restarts before it. */
  readonly restart: number
  /** Why the run before ended; null for the first. */
  readonly reason: MessageDescriptor | null
  /** `warm`: it begins where earlier trials were good. */
  readonly kind: 'warm' | 'large' | 'small'
  /** Where it begins: as the options say, or somewhere. */
  readonly start: 'chosen' | 'random'
  readonly populationSize: number
  /** The first step size, as a share of the first run's. */
  readonly sigmaShare: number
  /** It ends after this many trials at the latest. */
  readonly limit: number
  /** Trials of all runs before it, by kind. */
  readonly spent: { readonly large: number; readonly small: number }
  /** Population of the first and of the latest large run. */
  readonly firstPopulation: number
  readonly largePopulation: number
}

export function firstRun(populationSize: number, kind: 'warm' | 'large' = 'large'): Run {
  return {
    restart: 0,
    reason: null,
    kind,
    start: 'chosen',
    populationSize,
    sigmaShare: 1,
    limit: Number.POSITIVE_INFINITY,
    spent: { large: 0, small: 0 },
    firstPopulation: populationSize,
    largePopulation: populationSize,
  }
}

/**
 * The run after one that has ended.
 * @param trials that the run has used
 * @param sampler by whose name random numbers are drawn
 */
export function nextRun(
  run: Run,
  rule: Exclude<RestartRule, 'none'>,
  reason: MessageDescriptor,
  trials: number,
  sampler: string,
  seed: number,
): Run {
  // A warm run may have been in the wrong place from the start: what follows is a first run.
  if (run.kind === 'warm') {
    return { ...firstRun(run.firstPopulation), restart: run.restart + 1, reason }
  }
  const spent = { ...run.spent, [run.kind]: run.spent[run.kind] + trials }
  const restart = run.restart + 1
  const random = createRandomStream({ seed, number: restart, purpose: `${sampler} restart` })
  if (rule === 'bipop' && spent.small < spent.large) {
    const ratio = Math.max(1, run.largePopulation / run.firstPopulation / 2)
    const populationSize = Math.floor(run.firstPopulation * ratio ** (random.uniform() ** 2))
    return {
      ...run,
      restart,
      reason,
      kind: 'small',
      start: 'random',
      populationSize,
      sigmaShare: 10 ** (-2 * random.uniform()),
      // The latest large run took `trials` if it was this one; small runs keep the limit it gave them.
      limit: run.kind === 'large' ? trials / 2 : run.limit,
      spent,
    }
  }
  const large = firstRun(run.largePopulation * 2)
  return { ...large, restart, reason, start: 'random', spent, firstPopulation: run.firstPopulation }
}

/** Where a run begins. */
export interface Start {
  readonly mean: Float64Array
  readonly sigma: number
  /** n × n, row-major. */
  readonly covariance: Float64Array
  /** Per choice, those of its values. */
  readonly probabilities: readonly (readonly number[])[]
}

export interface StartSetting {
  /** Name of the sampler: each has random numbers of its own. */
  readonly sampler: string
  readonly seed: number
  readonly options: { readonly sigma: number; readonly start: 'center' | 'random' }
  /** Deviation of a coordinate with a grid, relative to those without. */
  readonly gridDeviation: (first: number, last: number) => number
}

/** The start without any knowledge: choices by their weights, no correlations. */
export function coldStart(
  { grids, categorical }: Encoding,
  { sampler, seed, options, gridDeviation }: StartSetting,
  run: Run,
): Start {
  const n = grids.length
  const random = createRandomStream({ seed, number: run.restart, purpose: `${sampler} start` })
  const centered = run.start === 'chosen' && options.start === 'center'
  const covariance = new Float64Array(n * n)
  grids.forEach((grid, i) => {
    const deviation =
      grid === null ? 1 : gridDeviation(grid.centerAt(0), grid.centerAt(grid.edgeCount))
    covariance[i * n + i] = deviation ** 2
  })
  return {
    mean: Float64Array.from(grids, () => (centered ? 0.5 : random.uniform())),
    sigma: options.sigma * run.sigmaShare,
    covariance,
    probabilities: categorical.map(parameter =>
      parameter.values.map((_, index) => {
        const [from, to] = gridShare(parameter, index)
        return to - from
      }),
    ),
  }
}
