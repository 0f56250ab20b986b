import { mean as meanOf } from '../numbers.ts'
import { symmetricEigen } from '../symmetric-eigen.ts'

export interface PromisingDistribution {
  readonly mean: Float64Array
  /** Step size and shape: the covariance is σ²·C with det C = 1. */
  readonly sigma: number
  /** C, n × n row-major. */
  readonly covariance: Float64Array
}

/**
 * The normal distribution around the good points of an earlier search, to begin CMA-ES with: their mean and
 * covariance, the latter widened by a prior.
 *
 * M. Nomura, S. Watanabe, Y. Akimoto, Y. Ozaki, M. Onishi: Warm starting CMA-ES for hyperparameter
 * optimization. AAAI 2021, 9188–9196, arXiv:2012.06932 (its defaults: the best tenth of the points, prior
 * deviations of 0.1).
 *
 * @param points the good ones, at least one; NaN where a coordinate is unknown, which then says nothing
 * @param fallback of a coordinate that no point knows
 * @param priorDeviations per coordinate, > 0 (α)
 */
export function promisingDistribution(
  points: readonly Float64Array[],
  fallback: Float64Array,
  priorDeviations: Float64Array,
): PromisingDistribution {
  const n = fallback.length
  const mean = fallback.map((value, i) => {
    const coordinates = points.map(point => point[i] as number).filter(Number.isFinite)
    return coordinates.length === 0 ? value : meanOf(coordinates)
  })
  const covariance = new Float64Array(n * n)
  for (let i = 0; i < n; i++) covariance[i * n + i] = (priorDeviations[i] as number) ** 2
  for (const point of points) {
    const step = point.map((value, i) => (Number.isFinite(value) ? value - (mean[i] as number) : 0))
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        covariance[i * n + j] =
          (covariance[i * n + j] as number) +
          ((step[i] as number) * (step[j] as number)) / points.length
      }
    }
  }
  // log det from the eigenvalues, which the prior keeps above 0.
  const { values } = symmetricEigen(covariance, n)
  const logDeterminant = values.reduce((sum, value) => sum + Math.log(value), 0)
  const variance = Math.exp(logDeterminant / n)
  return {
    mean,
    sigma: Math.sqrt(variance),
    covariance: covariance.map(value => value / variance),
  }
}
