import { logNormalCdf, logNormalDensity } from '../../../math/distributions/normal.ts'
import {
  improvementRatios,
  logImprovement,
} from '../../../math/gaussian-process/log-expected-improvement.ts'
import type { PointWeight } from '../../priors/prior-density.ts'
import type { GaussianPosterior } from '../../../math/gaussian-process/posterior.ts'

/** The function that a proposal maximizes; points are those of the encoding. */
export interface Acquisition {
  value(point: Float64Array): number
  /** The value; writes its derivatives by the numeric coordinates. */
  slopes(point: Float64Array, gradient: Float64Array): number
  /** Values at many points, row-major. */
  values(points: Float64Array, count: number, out: Float64Array): void
}

/**
 * A function of the means and variances of several posteriors; writes its derivatives by each mean and variance if
 * arrays are given.
 */
export type MomentFunction = (
  means: Float64Array,
  variances: Float64Array,
  byMean?: Float64Array,
  byVariance?: Float64Array,
) => number

/** Added to variances, so that no deviation is 0. */
export const SMALLEST_VARIANCE = 1e-12

/** What is known of a function at a point. */
export type Moments = Pick<
  GaussianPosterior,
  'mean' | 'variance' | 'at' | 'slopesAt' | 'atMany' | 'loadings' | 'loadingSlopes'
>

/** An acquisition from posteriors and what is computed from their moments at a point. */
export function createAcquisition(
  posteriors: readonly Moments[],
  numeric: number,
  evaluate: MomentFunction,
): Acquisition {
  const size = posteriors.length
  const means = new Float64Array(size)
  const variances = new Float64Array(size)
  const byMean = new Float64Array(size)
  const byVariance = new Float64Array(size)
  const meanSlopes = posteriors.map(() => new Float64Array(numeric))
  const varianceSlopes = posteriors.map(() => new Float64Array(numeric))

  return {
    value(point) {
      posteriors.forEach((posterior, k) => {
        posterior.at(point)
        means[k] = posterior.mean
        variances[k] = posterior.variance + SMALLEST_VARIANCE
      })
      return evaluate(means, variances)
    },
    slopes(point, gradient) {
      posteriors.forEach((posterior, k) => {
        posterior.slopesAt(point, meanSlopes[k] as Float64Array, varianceSlopes[k] as Float64Array)
        means[k] = posterior.mean
        variances[k] = posterior.variance + SMALLEST_VARIANCE
      })
      const value = evaluate(means, variances, byMean, byVariance)
      gradient.fill(0, 0, numeric)
      for (let k = 0; k < size; k++) {
        const meanSlope = meanSlopes[k] as Float64Array
        const varianceSlope = varianceSlopes[k] as Float64Array
        for (let d = 0; d < numeric; d++) {
          gradient[d] =
            (gradient[d] as number) +
            (byMean[k] as number) * (meanSlope[d] as number) +
            (byVariance[k] as number) * (varianceSlope[d] as number)
        }
      }
      return value
    },
    values(points, count, out) {
      const manyMeans = posteriors.map(() => new Float64Array(count))
      const manyVariances = posteriors.map(() => new Float64Array(count))
      posteriors.forEach((posterior, k) => {
        posterior.atMany(
          points,
          count,
          manyMeans[k] as Float64Array,
          manyVariances[k] as Float64Array,
        )
      })
      for (let i = 0; i < count; i++) {
        for (let k = 0; k < size; k++) {
          means[k] = manyMeans[k]?.[i] as number
          variances[k] = (manyVariances[k]?.[i] as number) + SMALLEST_VARIANCE
        }
        out[i] = evaluate(means, variances)
      }
    },
  }
}

/** The acquisition times a weight: the probability that a trial succeeds, or a person's prior. */
export function withWeight(acquisition: Acquisition, weight: PointWeight): Acquisition {
  const { dimension, kinds } = weight.encoding
  const weightSlopes = new Float64Array(kinds.numeric)
  return {
    value: point => acquisition.value(point) + weight.logWeight(point),
    slopes(point, gradient) {
      const value = acquisition.slopes(point, gradient) + weight.logWeight(point, weightSlopes)
      for (let d = 0; d < weightSlopes.length; d++) {
        gradient[d] = (gradient[d] as number) + (weightSlopes[d] as number)
      }
      return value
    },
    values(points, count, out) {
      acquisition.values(points, count, out)
      for (let i = 0; i < count; i++) {
        const point = points.subarray(i * dimension, (i + 1) * dimension)
        out[i] = (out[i] as number) + weight.logWeight(point)
      }
    },
  }
}

/** Logarithm of the expected improvement below `threshold`, from the posterior number `index`. */
export function logExpectedImprovement(threshold: number, index = 0): MomentFunction {
  const ratios = { cdf: 0, density: 0 }
  return (means, variances, byMean, byVariance) => {
    const deviation = Math.sqrt(variances[index] as number)
    const z = (threshold - (means[index] as number)) / deviation
    if (byMean && byVariance) {
      improvementRatios(z, ratios)
      // ∂ log EI/∂μ = −Φ/(σ·h), ∂ log EI/∂σ = φ/(σ·h) with h = φ + zΦ; ∂σ = ∂σ²/(2σ).
      byMean[index] = -ratios.cdf / deviation
      byVariance[index] = ratios.density / (2 * deviation * deviation)
    }
    return Math.log(deviation) + logImprovement(z)
  }
}

/**
 * Adds to a function of the goals' moments the log probability that every constraint holds: J. R. Gardner, M. J.
 * Kusner, Z. Xu, K. Q. Weinberger, J. P. Cunningham: Bayesian optimization with inequality constraints. ICML
 * 2014.
 * @param goals null while no feasible trial is known: then only the probability counts
 * @param first position of the first constraint among the posteriors
 * @param limits largest allowed value of each constraint
 */
export function withFeasibility(
  goals: MomentFunction | null,
  first: number,
  limits: readonly number[],
): MomentFunction {
  return (means, variances, byMean, byVariance) => {
    if (goals === null && byMean && byVariance) {
      byMean.fill(0, 0, first)
      byVariance.fill(0, 0, first)
    }
    let value = goals?.(means, variances, byMean, byVariance) ?? 0
    limits.forEach((limit, k) => {
      const index = first + k
      const deviation = Math.sqrt(variances[index] as number)
      const z = (limit - (means[index] as number)) / deviation
      const logProbability = logNormalCdf(z)
      value += logProbability
      if (byMean && byVariance) {
        // ∂ log Φ(z)/∂z = φ(z)/Φ(z); ∂z/∂μ = −1/σ, ∂z/∂σ² = −z/(2σ²).
        const hazard = Math.exp(logNormalDensity(z) - logProbability)
        byMean[index] = -hazard / deviation
        byVariance[index] = (-hazard * z) / (2 * deviation * deviation)
      }
    })
    return value
  }
}
