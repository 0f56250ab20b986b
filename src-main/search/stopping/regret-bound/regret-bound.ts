import { msg } from '../../../core/errors/message.ts'
import type { TrialSnapshot } from '../../../core/trial/trial.ts'
import {
  createEncoding,
  Activity,
  type Encoding,
  pointsOf,
  snap,
} from '../../samplers/gp/encoding.ts'
import { lossesOf, standardize } from '../../samplers/gp/observations.ts'
import type { SearchSpace } from '../../space/search-space.ts'
import { fitKernel, type FitSetting, initialKernel } from '../../../math/gaussian-process/fit.ts'
import { type KernelParameters, pairDifferences } from '../../../math/gaussian-process/kernel.ts'
import { GaussianPosterior } from '../../../math/gaussian-process/posterior.ts'
import { createSobol } from '../../../math/quasi-random/sobol.ts'
import { oneGoalUnconstrained, type StopRuleDefinition } from '../stop-rule.ts'

/**
 * How much better than the best trial the optimum can still be, with high probability: the smallest upper
 * confidence bound among the best half of the trials less the smallest lower one anywhere. Where that falls below
 * what matters to the user, searching on does not pay.
 *
 * A. Makarova, H. Shen, V. Perrone, A. Klein, J. B. Faddoul, A. Krause, M. Seeger, C. Archambeau: Automatic
 * termination for hyperparameter optimization. AutoML-Conf 2022, PMLR 188. Confidence level and its scaling by
 * 1/5 after N. Srinivas, A. Krause, S. Kakade, M. Seeger: Gaussian process optimization in the bandit setting.
 * ICML 2010. Semantics of Optuna's RegretBoundEvaluator.
 */
export const regretBoundRule: StopRuleDefinition = {
  name: 'regretBound',
  check: oneGoalUnconstrained,
  evaluateModel(limit, { space, trials, minimize }) {
    const bound = regretBound(space, trials, minimize)
    return bound !== null && bound < limit ? msg('ending.regretBound', { bound, limit }) : null
  },
}

const BEST_SHARE = 0.5
const MIN_TRIALS = 20
const DELTA = 0.1

/**
 * @param trials complete ones, by number
 * @returns in units of the goal; null with fewer than 20 trials
 */
export function regretBound(
  space: SearchSpace,
  trials: readonly TrialSnapshot[],
  minimize: boolean,
): number | null {
  if (trials.length < MIN_TRIALS) return null
  const losses = lossesOf(trials, 0, minimize)
  const count = Math.max(Math.floor(trials.length * BEST_SHARE), MIN_TRIALS)
  const worst = losses.slice().sort()[count - 1] as number
  const best = trials.filter((_, index) => (losses[index] as number) <= worst)
  const { values, deviation } = standardize(losses.filter(loss => loss <= worst))
  const encoding = createEncoding(space)
  const model = fitGoalModel(encoding, best, values)
  return standardizedBound(model, spreadPoints(encoding), encoding.dimension) * deviation
}

/**
 * The bound for a model of standardized losses.
 * @param spread points over the whole space, row-major
 */
export function standardizedBound(
  { posterior, points }: GoalModel,
  spread: Float64Array,
  dimension: number,
): number {
  const trials = points.length
  // Srinivas 2010, theorem 1, with the dimension in place of the size of the domain; Makarova 2022, section 5.
  const beta = (2 * Math.log((dimension * trials ** 2 * Math.PI ** 2) / (6 * DELTA))) / 5
  const width = Math.sqrt(beta)
  let upper = Number.POSITIVE_INFINITY
  let lower = Number.POSITIVE_INFINITY
  for (const point of points) {
    posterior.at(point)
    const half = width * Math.sqrt(posterior.variance)
    upper = Math.min(upper, posterior.mean + half)
    lower = Math.min(lower, posterior.mean - half)
  }
  const size = spread.length / dimension
  const means = new Float64Array(size)
  const variances = new Float64Array(size)
  posterior.atMany(spread, size, means, variances)
  means.forEach((mean, index) => {
    lower = Math.min(lower, mean - width * Math.sqrt(variances[index] as number))
  })
  return upper - lower
}

/** A Gaussian process over one goal, as the model-based stop rules see the study. */
export interface GoalModel {
  readonly posterior: GaussianPosterior
  readonly kernel: KernelParameters
  /** Points of the trials, in their order. */
  readonly points: readonly Float64Array[]
}

/** Smallest noise variance of standardized losses; Optuna's. */
export const SMALLEST_NOISE = 1e-6
const FIT: FitSetting = {
  minimumNoise: SMALLEST_NOISE,
  fitNoise: true,
  lengthPrior: 'middling',
}

/**
 * @param losses standardized, one per trial
 * @param start where the fit of the kernel begins
 */
export function fitGoalModel(
  encoding: Encoding,
  trials: readonly TrialSnapshot[],
  losses: Float64Array,
  start?: KernelParameters,
): GoalModel {
  const { dimension, kinds } = encoding
  const points = pointsOf(encoding, trials)
  const kernel = fitKernel(
    pairDifferences(points, trials.length, kinds),
    losses,
    start ?? initialKernel(dimension, FIT),
    FIT,
  )
  return {
    posterior: new GaussianPosterior(points, losses, kinds, kernel),
    kernel,
    points: trials.map((_, index) => points.subarray(index * dimension, (index + 1) * dimension)),
  }
}

const SPREAD_POINTS = 2048

/** Points spread evenly over the space: Sobol's sequence, on the grids, inactive coordinates at their common value. */
export function spreadPoints(encoding: Encoding): Float64Array {
  const { dimension, parameters } = encoding
  const sobol = createSobol(dimension, 'owen', 0)
  const activity = new Activity(encoding)
  const points = new Float64Array(SPREAD_POINTS * dimension)
  for (let index = 0; index < SPREAD_POINTS; index++) {
    const point = Float64Array.from(parameters, (parameter, d) =>
      snap(parameter, sobol.coordinate(index, d)),
    )
    activity.apply(point, points, index * dimension)
  }
  return points
}
