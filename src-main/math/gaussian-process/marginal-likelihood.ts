import type { KernelParameters, PairDifferences } from './kernel.ts'
import {
  dot,
  factorize,
  gramOfTransposed,
  invertFactor,
  multiply,
  multiplyTransposed,
  packedLength,
} from './packed-cholesky.ts'

/** Derivatives of the log marginal likelihood. */
export interface LikelihoodGradient {
  /** By the logarithm of each inverse squared length. */
  readonly logInverseSquaredLengths: Float64Array
  /** By the logarithm of the scale. */
  logScale: number
  /** By the noise itself. */
  noise: number
}

/**
 * Log marginal likelihood of observations with mean 0, log N(y | 0, K + noise·1), and its gradient:
 * Rasmussen, Williams 2006, equations 5.8 and 5.9. Keeps its work space, so one object serves all
 * evaluations of a fit.
 */
export class MarginalLikelihood {
  readonly #differences: PairDifferences
  readonly #values: Float64Array
  readonly #covariance: Float64Array
  readonly #inverseFactor: Float64Array
  /** K and dK/d(r²) of each pair. */
  readonly #kernel: Float64Array
  readonly #slopes: Float64Array
  readonly #whitened: Float64Array
  readonly #weights: Float64Array

  /** @param values one observation per point */
  constructor(differences: PairDifferences, values: Float64Array) {
    const { size } = differences
    this.#differences = differences
    this.#values = values
    this.#covariance = new Float64Array(packedLength(size))
    this.#inverseFactor = new Float64Array(packedLength(size))
    this.#kernel = new Float64Array((size * (size - 1)) / 2)
    this.#slopes = new Float64Array((size * (size - 1)) / 2)
    this.#whitened = new Float64Array(size)
    this.#weights = new Float64Array(size)
  }

  /** @returns −∞ if the covariance matrix is not positive definite; the gradient is undefined then */
  evaluate(parameters: KernelParameters, gradient: LikelihoodGradient): number {
    const covariance = this.#covariance
    const inverseFactor = this.#inverseFactor
    const whitened = this.#whitened
    const weights = this.#weights
    const { size } = this.#differences
    this.#fillCovariance(parameters)
    if (!factorize(covariance, size)) return Number.NEGATIVE_INFINITY
    let logDeterminant = 0
    for (let i = 0; i < size; i++) {
      logDeterminant += 2 * Math.log(covariance[packedLength(i) + i] as number)
    }
    invertFactor(covariance, size, inverseFactor)
    multiply(inverseFactor, size, this.#values, whitened)
    multiplyTransposed(inverseFactor, size, whitened, weights)
    gramOfTransposed(inverseFactor, size, covariance)
    this.#fillGradient(parameters, covariance, gradient)
    // Equation 5.8.
    const fit = dot(whitened, 0, whitened, 0, size)
    return -0.5 * (fit + logDeterminant + size * Math.log(2 * Math.PI))
  }

  #fillCovariance({ inverseSquaredLengths, scale, noise }: KernelParameters): void {
    const covariance = this.#covariance
    const kernel = this.#kernel
    const slopes = this.#slopes
    const { size, dimension, squares } = this.#differences
    let pair = 0
    let at = 0
    for (let i = 0, row = 0; i < size; row += ++i) {
      for (let j = 0; j < i; j++, pair++) {
        let r2 = 0
        for (let d = 0; d < dimension; d++) {
          r2 += (inverseSquaredLengths[d] as number) * (squares[at++] as number)
        }
        const s = Math.sqrt(5 * r2)
        const decay = scale * Math.exp(-s)
        const value = (1 + s + (5 / 3) * r2) * decay
        kernel[pair] = value
        slopes[pair] = (-5 / 6) * (1 + s) * decay
        covariance[row + j] = value
      }
      covariance[row + i] = scale + noise
    }
  }

  /** Equation 5.9 with ½ tr((ααᵀ − K⁻¹)·∂K) summed over pairs, each of which stands twice. */
  #fillGradient(
    { inverseSquaredLengths, scale }: KernelParameters,
    inverse: Float64Array,
    gradient: LikelihoodGradient,
  ): void {
    const kernel = this.#kernel
    const slopes = this.#slopes
    const weights = this.#weights
    const { size, dimension, squares } = this.#differences
    const byLength = gradient.logInverseSquaredLengths
    byLength.fill(0)
    let byScale = 0
    let trace = 0
    let pair = 0
    let at = 0
    for (let i = 0, row = 0; i < size; row += ++i) {
      const weight = weights[i] as number
      for (let j = 0; j < i; j++, pair++) {
        const factor = weight * (weights[j] as number) - (inverse[row + j] as number)
        byScale += factor * (kernel[pair] as number)
        const slope = factor * (slopes[pair] as number)
        for (let d = 0; d < dimension; d++) {
          byLength[d] = (byLength[d] as number) + slope * (squares[at++] as number)
        }
      }
      trace += weight * weight - (inverse[row + i] as number)
    }
    for (let d = 0; d < dimension; d++) {
      byLength[d] = (byLength[d] as number) * (inverseSquaredLengths[d] as number)
    }
    gradient.logScale = byScale + 0.5 * scale * trace
    gradient.noise = 0.5 * trace
  }
}
