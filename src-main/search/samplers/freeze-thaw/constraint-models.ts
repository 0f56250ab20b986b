import { logNormalCdf } from '../../../math/distributions/normal.ts'
import { median } from '../../../math/statistics/quantile.ts'
import type { TrialSnapshot } from '../../../core/trial/trial.ts'
import { isInformative } from '../gp/observations.ts'
import {
  CurveModel,
  type CurveModelSetting,
  type CurvePoint,
  fitCurveKernel,
} from './curve-model.ts'
import { KernelFits } from './kernel-fits.ts'
import type { LossScale } from './loss-scale.ts'
import type { TrainingCurve } from './training-curve.ts'
import type { Training } from './trainings.ts'

/**
 * The chance that a training keeps every constraint at a step, each with a model of curves of its own:
 *
 *     p(x, t) = Π_k Φ((0 − μ_k(x, t))/σ_k(x, t))                                                      (5)
 *
 * A increment says what the constraints are at its end, so one that training mends (an accuracy that has to be reached) is expected to be mended.
 *
 * Gardner and others: Bayesian optimization with inequality constraints. ICML 2014.
 */
export class ConstraintModels {
  readonly #setting: CurveModelSetting
  readonly #trainingsOf: (trials: readonly TrialSnapshot[]) => readonly Training[]
  readonly #fits: readonly KernelFits[]

  /** @param count of constraints */
  constructor(
    count: number,
    setting: CurveModelSetting,
    trainingsOf: (trials: readonly TrialSnapshot[]) => readonly Training[],
  ) {
    this.#setting = { ...setting, scaleOf: limitScaleOf }
    this.#trainingsOf = trainingsOf
    this.#fits = Array.from(
      { length: count },
      (_, constraint) =>
        new KernelFits(trials =>
          fitCurveKernel(curvesOf(this.#trainingsOf(trials), constraint), this.#setting),
        ),
    )
  }

  /**
   * @param trainings those of the trials: places name them
   * @returns ln p of each place; 0 while no increment has said what its constraints are
   */
  logChances(
    trials: readonly TrialSnapshot[],
    trainings: readonly Training[],
  ): (curvePoints: readonly CurvePoint[]) => Float64Array {
    const measured = trials.filter(
      trial => isInformative(trial) && trial.excluded !== true && trial.constraints !== undefined,
    )
    const models =
      measured.length === 0
        ? []
        : this.#fits.map((fits, constraint) => {
            const curves = curvesOf(trainings, constraint)
            return new CurveModel(curves, this.#setting, fits.kernelFor(measured))
          })
    return curvePoints => {
      const sums = new Float64Array(curvePoints.length)
      for (const model of models) {
        const { means, deviations } = model.forecast(curvePoints)
        means.forEach((mean, at) => {
          const deviation = Math.max(deviations[at] as number, MIN_DEVIATION)
          sums[at] =
            (sums[at] as number) + logNormalCdf((model.scale.toModel(0) - mean) / deviation)
        })
      }
      return sums
    }
  }
}

const MIN_DEVIATION = 1e-9
/** Largest distance from the limit on the scale of the model: about 20 times the usual one. */
const FARTHEST = 3

function curvesOf(trainings: readonly Training[], constraint: number): TrainingCurve[] {
  return trainings.map(({ point, constraints }) => ({
    point,
    steps: constraints.map(({ step }) => step),
    losses: constraints.map(({ values }) => values[constraint] ?? Infinity),
  }))
}

/**
 * Constraints on the scale of the model: the limit stays at 0, and s is the median distance from it of what the trainings had last,
 *
 *     z = sign(c) min(ln(1 + |c|/s), 3)                                                               (6)
 */
export function limitScaleOf(curves: readonly TrainingCurve[]): LossScale {
  const distances = curves
    .flatMap(({ losses }) => losses.slice(-1))
    .filter(Number.isFinite)
    .map(Math.abs)
  const usual = distances.length === 0 ? 0 : median(distances)
  const reach = usual > 0 ? usual : 1
  return {
    toModel: value => Math.sign(value) * Math.min(Math.log1p(Math.abs(value) / reach), FARTHEST),
    toLoss: value => Math.sign(value) * reach * Math.expm1(Math.abs(value)),
  }
}
