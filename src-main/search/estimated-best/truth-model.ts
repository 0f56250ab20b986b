import { digamma, trigamma } from '../../math/distributions/gamma.ts'
import { normalCdf } from '../../math/distributions/normal.ts'
import {
  type CoordinateKinds,
  matern,
  pairDifferences,
} from '../../math/gaussian-process/kernel.ts'
import {
  dot,
  factorize,
  gramOfTransposed,
  invertFactor,
  multiply,
  multiplyTransposed,
  packedLength,
} from '../../math/gaussian-process/packed-cholesky.ts'
import { mean } from '../../math/numbers.ts'
import {
  ellipticalSlice,
  type NormalPriors,
  type SliceState,
} from '../../math/random/elliptical-slice.ts'
import { createRandomStream } from '../../math/random/stream.ts'

/** What a study has measured; values with mean 0 and variance 1. */
export interface NoisyValues {
  /** Row-major, one row per trial. */
  readonly points: Float64Array
  readonly kinds: CoordinateKinds
  readonly values: Float64Array
  /** Equal for trials of one configuration. */
  readonly configurations: readonly string[]
  readonly noise: {
    /** Variance of an ordinary value by luck, > 0. */
    readonly variance: number
    readonly degrees: number
    /** Measured by trials of one configuration, whose values are in `values`; otherwise by trainings, beside them. */
    readonly isInValues: boolean
    /** Of each trial, as a factor of `variance`. */
    readonly factors: Float64Array
  }
}

/**
 * What trials are truly worth, given values with noise. The value of trial i with configuration x is
 *
 *     yᵢ = f(x) + g(x) + eᵢ,   f ~ GP(0, s·Matérn₅⸝₂),   g(x) ~ N(0, τ²),   eᵢ ~ N(0, σ²·factorᵢ)                  (1)
 *
 * f is what neighbors have in common, g what each configuration has for itself, such as ripples that lie closer than the trials, and e is
 * luck; f + g is the truth. A single value cannot tell g from e (the nugget of geostatistics); what was trained or tried several times can.
 *
 * Lengths, s, τ² and σ² are not known, and a model that takes the likeliest ones for true is surer than it may be. Expectations are therefore
 * means over draws of their posterior (elliptical slice sampling). Priors of the logarithms are normal:
 *
 * - lengths: √2 + ½ ln dimension, deviation √3 (Hvarfner 2024, see `math/gaussian-process/fit.ts`);
 * - s: mean and variance of the logarithm of Gamma(2, rate 1), the prior of Optuna 5;
 * - τ²: around 0.02 with deviation 2: two in three lie between a twentieth and two fifths of the deviation of all values;
 * - σ², measured by trainings: its posterior, a scaled inverse χ² with so many degrees of freedom, by the moments of its logarithm
 *   (values that follow are then Student's t, not normal). Measured by repeated configurations: that of τ², so that nothing but the repeats tells
 *   them apart. Their differences are in the likelihood already; and since a person repeats what looks best, only a likelihood of all
 *   values, those included by which was chosen, is not biased by that.
 *
 * The chance that a is truly better than b, averaged over draws, is P((f + g)(a) < (f + g)(b) | y). A posterior probability needs no correction for
 * a having been chosen among many by the same values (Senn 2008).
 *
 * - N. A. C. Cressie: Statistics for spatial data, revised edition, 1993, sections 2.3 and 3.2.1 (microscale variation and measurement error).
 * - S. Senn: A note concerning a selection “paradox” of Dawid's. American Statistician 62, 2008, 206–210, doi:10.1198/000313008X331530.
 * - C. E. Rasmussen, C. K. I. Williams: Gaussian processes for machine learning. 2006, equations 2.25, 2.26 and 5.8, section 5.2.
 */
export interface TruthModel {
  /** Posterior mean of the truth of each trial. */
  readonly means: Float64Array
  /** That trial a is truly lower than trial b; 0 if both have the same configuration. */
  chanceBelow(a: number, b: number): number
}

const NUGGET = { mean: Math.log(0.02), deviation: 2 }
/** Of a logarithm of Gamma(2, 1). */
const SCALE = { mean: digamma(2), deviation: Math.sqrt(trigamma(2)) }
const LENGTH_DEVIATION = Math.sqrt(3)

/** Steps of the chain that are passed over, steps after them, and every which of these is a draw. */
const BURN_IN = 20
const STEPS = 80
const THINNING = 2

/** Of the variance of the values, so that the matrix can be factorized. */
const MIN_NOISE = 1e-6

/** For one draw of the parameters: means, and covariances as noise·Q·noise with Q the inverse of the covariance of the values. */
interface Draw {
  readonly means: Float64Array
  readonly noises: Float64Array
  readonly inverse: Float64Array
}

export function fitTruth(study: NoisyValues): TruthModel {
  const { values, configurations } = study
  const size = values.length
  const posterior = new ParameterPosterior(study)
  const random = createRandomStream({ seed: 0, number: 0, purpose: 'estimated best' })
  const logLikelihood = (parameters: Float64Array): number => posterior.logLikelihood(parameters)
  let state: SliceState = posterior.start()
  const draws: Draw[] = []
  for (let step = 1; step <= BURN_IN + STEPS; step++) {
    state = ellipticalSlice(state, posterior.priors, logLikelihood, random)
    if (step <= BURN_IN || step % THINNING !== 0) continue
    const draw = posterior.draw(state.values)
    if (draw !== null) draws.push(draw)
  }
  return {
    means: Float64Array.from({ length: size }, (_, trial) =>
      mean(draws.map(({ means }) => means[trial] as number)),
    ),
    chanceBelow(a: number, b: number): number {
      if (configurations[a] === configurations[b]) return 0
      return mean(draws.map(draw => chanceOf(draw, a, b)))
    },
  }
}

/** The truth at a and b is jointly normal: its variance at a is nₐ − nₐ²·Qₐₐ, its covariance −nₐ·Qₐᵦ·nᵦ. */
function chanceOf({ means, noises, inverse }: Draw, a: number, b: number): number {
  const noise = (trial: number): number => noises[trial] as number
  const entry = (i: number, j: number): number =>
    inverse[packedLength(Math.max(i, j)) + Math.min(i, j)] as number
  const varianceOf = (trial: number): number =>
    noise(trial) - noise(trial) ** 2 * entry(trial, trial)
  const variance = varianceOf(a) + varianceOf(b) + 2 * noise(a) * noise(b) * entry(a, b)
  const difference = (means[b] as number) - (means[a] as number)
  return normalCdf(difference / Math.sqrt(Math.max(variance, 1e-12)))
}

/** Posterior of ln w of each coordinate (w the inverse squared length), ln s, ln τ² and ln σ². */
class ParameterPosterior {
  readonly priors: NormalPriors
  readonly #study: NoisyValues
  readonly #size: number
  readonly #dimension: number
  readonly #squares: Float64Array
  readonly #isSame: Uint8Array
  readonly #covariance: Float64Array
  readonly #whitened: Float64Array

  constructor(study: NoisyValues) {
    const { points, kinds, values, configurations } = study
    this.#study = study
    this.#size = values.length
    this.#dimension = kinds.numeric + kinds.categorical
    this.#squares = pairDifferences(points, this.#size, kinds).squares
    this.#isSame = new Uint8Array(packedLength(this.#size))
    for (let i = 0, at = 0; i < this.#size; i++)
      for (let j = 0; j < i; j++)
        this.#isSame[at++] = configurations[i] === configurations[j] ? 1 : 0
    this.#covariance = new Float64Array(packedLength(this.#size))
    this.#whitened = new Float64Array(this.#size)
    this.priors = this.#priorsOf(study.noise)
  }

  #priorsOf({ variance, degrees, isInValues }: NoisyValues['noise']): NormalPriors {
    const lengths = Array.from({ length: this.#dimension }, () => ({
      mean: -2 * (Math.SQRT2 + 0.5 * Math.log(this.#dimension)),
      deviation: 2 * LENGTH_DEVIATION,
    }))
    const half = degrees / 2
    const measured = {
      mean: Math.log(half * variance) - digamma(half),
      deviation: Math.sqrt(trigamma(half)),
    }
    const all = [...lengths, SCALE, NUGGET, isInValues ? NUGGET : measured]
    return {
      means: Float64Array.from(all, prior => prior.mean),
      deviations: Float64Array.from(all, prior => prior.deviation),
    }
  }

  /** Lengths of 1, the noise that was measured. */
  start(): SliceState {
    const { noise } = this.#study
    const values = new Float64Array(this.#dimension + 3)
    values[this.#dimension + 1] = NUGGET.mean
    values[this.#dimension + 2] = Math.log(Math.max(noise.variance, MIN_NOISE))
    return { values, logLikelihood: this.logLikelihood(values) }
  }

  /** Log density of the values, without its constant; −∞ if nothing can be computed. */
  logLikelihood(parameters: Float64Array): number {
    const size = this.#size
    const covariance = this.#covariance
    const whitened = this.#whitened
    if (!this.#factorize(parameters)) return Number.NEGATIVE_INFINITY
    let sum = 0
    for (let i = 0, row = 0; i < size; row += ++i) {
      const diagonal = covariance[row + i] as number
      const rest = (this.#study.values[i] as number) - dot(covariance, row, whitened, 0, i)
      whitened[i] = rest / diagonal
      sum -= 0.5 * (rest / diagonal) ** 2 + Math.log(diagonal)
    }
    return sum
  }

  /** @returns null if nothing can be computed */
  draw(parameters: Float64Array): Draw | null {
    const size = this.#size
    if (!this.#factorize(parameters)) return null
    const factor = new Float64Array(packedLength(size))
    const inverse = new Float64Array(packedLength(size))
    const weights = new Float64Array(size)
    invertFactor(this.#covariance, size, factor)
    multiply(factor, size, this.#study.values, this.#whitened)
    multiplyTransposed(factor, size, this.#whitened, weights)
    gramOfTransposed(factor, size, inverse)
    const noises = this.#noisesOf(parameters)
    const means = noises.map(
      (noise, trial) => (this.#study.values[trial] as number) - noise * (weights[trial] as number),
    )
    return { means, noises, inverse }
  }

  #noisesOf(parameters: Float64Array): Float64Array {
    const variance = Math.exp(parameters[this.#dimension + 2] as number)
    return this.#study.noise.factors.map(factor => variance * factor + MIN_NOISE)
  }

  #factorize(parameters: Float64Array): boolean {
    const dimension = this.#dimension
    const covariance = this.#covariance
    const exponentials = parameters.map(Math.exp)
    const scale = exponentials[dimension] as number
    const nugget = exponentials[dimension + 1] as number
    const noises = this.#noisesOf(parameters)
    for (let i = 0, row = 0, pair = 0, at = 0; i < this.#size; row += ++i) {
      for (let j = 0; j < i; j++, pair++) {
        let r2 = 0
        for (let d = 0; d < dimension; d++)
          r2 += (exponentials[d] as number) * (this.#squares[at++] as number)
        covariance[row + j] = scale * matern(r2) + (this.#isSame[pair] === 1 ? nugget : 0)
      }
      covariance[row + i] = scale + nugget + (noises[i] as number)
    }
    return factorize(covariance, this.#size)
  }
}
