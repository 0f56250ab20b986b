import { type LbfgsResult, minimizeLbfgs } from '../optimize/l-bfgs.ts'
import type { KernelParameters, PairDifferences } from './kernel.ts'
import { MarginalLikelihood } from './marginal-likelihood.ts'

/**
 * Kernel parameters with the largest posterior density, given observations with mean 0 and variance
 * about 1. Priors of scale and noise and the smallest noise are those of Optuna 5
 * (`optuna/_gp/prior.py`): Gamma(2, rate 1) of the scale, Gamma(1.1, rate 30) of the noise.
 */
export interface FitSetting {
  /** Smallest noise variance; added to whatever is fitted. */
  readonly minimumNoise: number
  /** Whether the noise is fitted; otherwise it is the smallest. */
  readonly fitNoise: boolean
  readonly lengthPrior: LengthPrior
}

/**
 * Lengths as they are expected before any observation:
 * - `middling`: log density −0.1/w − 0.1·w of the inverse squared length w, Optuna 5's; keeps lengths near the
 *   width of the space;
 * - `growing`: log-normal lengths, the longer the more coordinates there are, so that most may not matter: C.
 *   Hvarfner, E. O. Hellsten, L. Nardi: Vanilla Bayesian optimization performs great in high dimensions. ICML 2024,
 *   arXiv:2402.02229 (location √2 + ½ ln dimension, deviation √3).
 */
type LengthPrior = 'middling' | 'growing'

export interface FittedKernel extends KernelParameters {
  /** Log posterior density without its constant; −∞ if nothing could be computed. */
  readonly logDensity: number
  readonly evaluations: number
}

const MIDDLING_RATE = 0.1
const GROWING_VARIANCE = 3
const SCALE_SHAPE = 2
const SCALE_RATE = 1
const NOISE_SHAPE = 1.1
const NOISE_RATE = 30

/** Logarithms of w, scale and noise stay in here, far beyond what the priors let through. */
const LARGEST_LOG = 10
const SMALLEST_LOG_NOISE = -30

const MAX_ITERATIONS = 100
/** Of the log density by the logarithm of each parameter; the data do not say more. */
const GRADIENT_TOLERANCE = 1e-2

/** Where a fit begins without a better idea. */
export function initialKernel(
  dimension: number,
  { minimumNoise, fitNoise }: FitSetting,
): KernelParameters {
  return {
    inverseSquaredLengths: new Float64Array(dimension).fill(1),
    scale: 1,
    noise: fitNoise ? 1e-2 + minimumNoise : minimumNoise,
  }
}

/** The local maximum of the posterior density that is found from `start`. */
export function fitKernel(
  differences: PairDifferences,
  values: Float64Array,
  start: KernelParameters,
  setting: FitSetting,
): FittedKernel {
  const posterior = new LogPosterior(differences, values, setting)
  const count = posterior.rawCount
  const lower = new Float64Array(count).fill(-LARGEST_LOG)
  if (setting.fitNoise) lower[count - 1] = SMALLEST_LOG_NOISE
  const result: LbfgsResult = minimizeLbfgs(
    (raw, gradient) => posterior.negative(raw, gradient),
    posterior.rawOf(start),
    {
      lower,
      upper: new Float64Array(count).fill(LARGEST_LOG),
      maxIterations: MAX_ITERATIONS,
      gradientTolerance: GRADIENT_TOLERANCE,
      valueTolerance: 1e-6,
    },
  )
  return {
    ...posterior.parametersOf(result.x),
    logDensity: -result.value,
    evaluations: result.evaluations,
  }
}

/** The density as a function of log w, log scale and log(noise − minimum). */
export class LogPosterior {
  readonly rawCount: number
  readonly #dimension: number
  readonly #setting: FitSetting
  readonly #likelihood: MarginalLikelihood
  readonly #parts: {
    logInverseSquaredLengths: Float64Array
    logScale: number
    noise: number
  }

  constructor(differences: PairDifferences, values: Float64Array, setting: FitSetting) {
    const { dimension } = differences
    this.#dimension = dimension
    this.#setting = setting
    this.rawCount = dimension + (setting.fitNoise ? 2 : 1)
    this.#likelihood = new MarginalLikelihood(differences, values)
    this.#parts = {
      logInverseSquaredLengths: new Float64Array(dimension),
      logScale: 0,
      noise: 0,
    }
  }

  rawOf({ inverseSquaredLengths, scale, noise }: KernelParameters): Float64Array {
    const raw = new Float64Array(this.rawCount)
    for (let d = 0; d < this.#dimension; d++) raw[d] = Math.log(inverseSquaredLengths[d] as number)
    raw[this.#dimension] = Math.log(scale)
    if (this.#setting.fitNoise) {
      raw[this.#dimension + 1] = Math.log(Math.max(noise - this.#setting.minimumNoise, 1e-8))
    }
    return raw
  }

  parametersOf(raw: Float64Array): KernelParameters {
    const { minimumNoise, fitNoise } = this.#setting
    return {
      inverseSquaredLengths: raw.slice(0, this.#dimension).map(Math.exp),
      scale: Math.exp(raw[this.#dimension] as number),
      noise: fitNoise ? Math.exp(raw[this.#dimension + 1] as number) + minimumNoise : minimumNoise,
    }
  }

  /** Minus the log density, and its gradient by the raw parameters. */
  negative(raw: Float64Array, gradient: Float64Array): number {
    const dimension = this.#dimension
    const parts = this.#parts
    const parameters = this.parametersOf(raw)
    const { inverseSquaredLengths, scale, noise } = parameters
    let value = this.#likelihood.evaluate(parameters, parts)
    if (value === Number.NEGATIVE_INFINITY) return Number.POSITIVE_INFINITY
    for (let d = 0; d < dimension; d++) {
      const w = inverseSquaredLengths[d] as number
      let slope = parts.logInverseSquaredLengths[d] as number
      if (this.#setting.lengthPrior === 'middling') {
        value -= MIDDLING_RATE * (1 / w + w)
        slope += MIDDLING_RATE * (1 / w - w)
      } else {
        // Density of the length ℓ = w^(−½), with u = ln ℓ.
        const u = -0.5 * Math.log(w)
        const away = u - (Math.SQRT2 + 0.5 * Math.log(dimension))
        value -= (away * away) / (2 * GROWING_VARIANCE) + u
        slope += 0.5 * (away / GROWING_VARIANCE + 1)
      }
      gradient[d] = -slope
    }
    value += (SCALE_SHAPE - 1) * Math.log(scale) - SCALE_RATE * scale
    gradient[dimension] = -(parts.logScale + (SCALE_SHAPE - 1) - SCALE_RATE * scale)
    if (this.#setting.fitNoise) {
      value += (NOISE_SHAPE - 1) * Math.log(noise) - NOISE_RATE * noise
      const slope = parts.noise + (NOISE_SHAPE - 1) / noise - NOISE_RATE
      gradient[dimension + 1] = -slope * (noise - this.#setting.minimumNoise)
    }
    return -value
  }
}
