import type { TrialSnapshot } from '../../contract/trial.ts'
import { fitKernel, type FitSetting, initialKernel } from '../../math/gaussian-process/fit.ts'
import { type KernelParameters, pairDifferences } from '../../math/gaussian-process/kernel.ts'
import { GaussianPosterior } from '../../math/gaussian-process/posterior.ts'
import { createSobol } from '../../math/quasi-random/sobol.ts'
import { Activity, type Encoding, pointsOf, snap } from '../samplers/gp/encoding.ts'

/** A Gaussian process over one goal, as the model-based stop rules see the study. */
export interface GoalModel {
  readonly posterior: GaussianPosterior
  readonly kernel: KernelParameters
  /** Points of the trials, in their order. */
  readonly known: readonly Float64Array[]
}

/** Smallest noise variance of standardised losses; Optuna's. */
export const SMALLEST_NOISE = 1e-6
const FIT: FitSetting = {
  minimumNoise: SMALLEST_NOISE,
  fitNoise: true,
  lengthPrior: 'middling',
}

/**
 * @param losses standardised, one per trial
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
    known: trials.map((_, index) => points.subarray(index * dimension, (index + 1) * dimension)),
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
