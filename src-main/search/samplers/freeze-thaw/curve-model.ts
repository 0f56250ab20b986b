import {
  type FittedKernel,
  type FitSetting,
  fitKernel,
  initialKernel,
} from '../../../math/gaussian-process/fit.ts'
import {
  type CoordinateKinds,
  type KernelParameters,
  pairDifferences,
} from '../../../math/gaussian-process/kernel.ts'
import { GaussianPosterior } from '../../../math/gaussian-process/posterior.ts'
import { type Standardization, standardize } from '../gp/observations.ts'
import { commonFall } from './common-fall.ts'
import { type LossScale, lossScaleOf } from './loss-scale.ts'
import { chooseObservations, type ObservationIndex } from './observations.ts'
import type { TrainingCurve } from './training-curve.ts'

/**
 * A Gaussian process over configuration × step × training. Its kernel is Matérn 5/2 over
 *
 *     r² = Σ_d w_d (x_d − x′_d)² + w_τ (τ − τ′)² + w_c [c ≠ c′],   τ = ln(1 + t)/ln(1 + T)              (2)
 *
 * with step t of T. c is the training: two at nearly the same point still differ by what the point does not say, while the steps of one
 * hang together. Weights, scale and noise have the largest posterior density, as in `gp`. Values are those of `loss-scale.ts` less what all
 * trainings fall by (`common-fall.ts`). w_τ is at most 1, so that where a training stands among the others persists: curves change faster at first, and a
 * fit takes that for a past that is soon forgotten; a forecast would lead everything back to the mean.
 *
 * Swersky, Snoek, Adams: Freeze-thaw Bayesian optimization. 2014, arXiv:1406.3896, has the idea, and a kernel that assumes
 * exponential decay to an asymptote; Wistuba, Kadra, Grabocka: Dynamic and efficient gray-box hyperparameter optimization for deep
 * learning (DyHPO). NeurIPS 2022, arXiv:2202.09774, has a process over configuration × step.
 */
export interface CurveModelSetting {
  readonly kinds: CoordinateKinds
  /** T: steps of a whole training. */
  readonly wholeSteps: number
  /** The scale on which values are modeled: that of losses unless it says another. */
  readonly scaleOf?: (curves: readonly TrainingCurve[]) => LossScale
}

/** A training at a step: `curve` is its index among the modeled ones, −1 for one that has not begun. */
export interface CurvePoint {
  readonly point: Float64Array
  readonly step: number
  readonly curve: number
}

export interface Forecasts {
  /** On the scale of the model. */
  readonly means: Float64Array
  readonly deviations: Float64Array
}

/** Reports that the posterior takes in, and those of a fit, which costs twenty times as much. */
const MODELED = 150
const FITTED = 80

const LARGEST_STEP_WEIGHT = 1

const FIT: FitSetting = { minimumNoise: 1e-5, fitNoise: true, lengthPrior: 'middling' }

export class CurveModel {
  readonly scale: LossScale
  readonly #posterior: GaussianPosterior
  readonly #setting: CurveModelSetting
  readonly #standard: Standardization
  readonly #fall: (step: number) => number

  /**
   * @param curves at least one with a report
   * @param expected trainings under way, at the step to which they go: they count as what is expected there (kriging believer)
   */
  constructor(
    curves: readonly TrainingCurve[],
    setting: CurveModelSetting,
    kernel: KernelParameters,
    expected: readonly CurvePoint[] = [],
  ) {
    const { scale, standard, rows, fall } = observed(curves, setting, MODELED)
    this.#setting = setting
    this.#fall = fall
    this.#standard = standard
    this.scale = scale
    const kinds = timedKinds(setting)
    this.#posterior = new GaussianPosterior(rows, standard.values, kinds, kernel, expected.length)
    for (const curvePoint of expected) {
      const row = rowsOf([curvePoint], setting)
      this.#posterior.at(row)
      this.#posterior.append(row, this.#posterior.mean)
    }
  }

  forecast(curvePoints: readonly CurvePoint[]): Forecasts {
    const means = new Float64Array(curvePoints.length)
    const variances = new Float64Array(curvePoints.length)
    this.#posterior.atMany(rowsOf(curvePoints, this.#setting), curvePoints.length, means, variances)
    const { mean, deviation } = this.#standard
    return {
      means: means.map(
        (value, index) =>
          mean + deviation * value + this.#fall((curvePoints[index] as CurvePoint).step),
      ),
      deviations: variances.map(variance => deviation * Math.sqrt(variance)),
    }
  }
}

/** The kernel of some trainings. */
export function fitCurveKernel(
  curves: readonly TrainingCurve[],
  setting: CurveModelSetting,
): FittedKernel {
  const { standard, rows } = observed(curves, setting, FITTED)
  const kinds = timedKinds(setting)
  const kernel = fitKernel(
    pairDifferences(rows, standard.values.length, kinds),
    standard.values,
    initialKernel(kinds.numeric + kinds.categorical, FIT),
    FIT,
  )
  const step = setting.kinds.numeric
  const inverseSquaredLengths = kernel.inverseSquaredLengths.map((weight, d) =>
    d === step ? Math.min(weight, LARGEST_STEP_WEIGHT) : weight,
  )
  return { ...kernel, inverseSquaredLengths }
}

function observed(curves: readonly TrainingCurve[], setting: CurveModelSetting, limit: number) {
  const scale = (setting.scaleOf ?? lossScaleOf)(curves)
  const chosen = chooseObservations(curves, limit)
  const curvePoints = chosen.map(({ curve, at }): CurvePoint => {
    const { point, steps } = curveAt(curves, curve)
    return { point, step: steps[at] as number, curve }
  })
  const fall = commonFall(curves, loss => scale.toModel(loss))
  const valueOf = ({ curve, at }: ObservationIndex): number => {
    const { steps, losses } = curveAt(curves, curve)
    return scale.toModel(losses[at] as number) - fall(steps[at] as number)
  }
  return {
    scale,
    fall,
    standard: standardize(Float64Array.from(chosen, valueOf)),
    rows: rowsOf(curvePoints, setting),
  }
}

function curveAt(curves: readonly TrainingCurve[], index: number): TrainingCurve {
  return curves[index] as TrainingCurve
}

/** The step is one more number, the training one more category. */
function timedKinds({ kinds }: CurveModelSetting): CoordinateKinds {
  return { numeric: kinds.numeric + 1, categorical: kinds.categorical + 1 }
}

/** Row-major. */
function rowsOf(
  curvePoints: readonly CurvePoint[],
  { kinds: { numeric, categorical }, wholeSteps }: CurveModelSetting,
): Float64Array {
  const width = numeric + categorical + 2
  const rows = new Float64Array(curvePoints.length * width)
  curvePoints.forEach(({ point, step, curve }, index) => {
    const start = index * width
    rows.set(point.subarray(0, numeric), start)
    rows[start + numeric] = Math.log1p(step) / Math.log1p(wholeSteps)
    rows.set(point.subarray(numeric), start + numeric + 1)
    rows[start + width - 1] = curve
  })
  return rows
}
