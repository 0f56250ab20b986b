import { logNormalDensity, normalCdf, scaledErfc } from '../distributions/normal.ts'

/**
 * Logarithm of the expected improvement, accurate where the improvement itself underflows: S. Ament, S.
 * Daulton, D. Eriksson, M. Balandat, E. Bakshy: Unexpected improvements to expected improvement for
 * Bayesian optimization. NeurIPS 2023, arXiv:2310.20708, equations 8 and 9.
 */

const SQRT_HALF_PI = 1.2533141373155003

/** log(φ(z) + z·Φ(z)), the log expected improvement of a standard normal variable over −z. */
export function logImprovement(z: number): number {
  if (z > -1) return Math.log(density(z) + z * normalCdf(z))
  // φ(z)·(1 + z·Φ(z)/φ(z)); Φ/φ is √(π/2)·erfcx(−z/√2).
  if (z > -1e5) {
    const ratio = SQRT_HALF_PI * scaledErfc(-z * Math.SQRT1_2)
    return logNormalDensity(z) + Math.log1p(z * ratio)
  }
  // Beyond, 1 + z·Φ/φ is 1/z² to the last digit.
  return logNormalDensity(z) - 2 * Math.log(-z)
}

function density(z: number): number {
  return Math.exp(logNormalDensity(z))
}

/** Φ(z) and φ(z), each divided by φ(z) + z·Φ(z). */
export interface ImprovementRatios {
  cdf: number
  density: number
}

/** Sets the ratios, which are the derivatives of log EI by −mean·deviation and by the deviation. */
export function improvementRatios(z: number, out: ImprovementRatios): void {
  if (z > -1) {
    const pdf = density(z)
    const cdf = normalCdf(z)
    const improvement = pdf + z * cdf
    out.cdf = cdf / improvement
    out.density = pdf / improvement
  } else if (z > -1e5) {
    const ratio = SQRT_HALF_PI * scaledErfc(-z * Math.SQRT1_2)
    out.density = 1 / (1 + z * ratio)
    out.cdf = ratio * out.density
  } else {
    out.density = z * z
    out.cdf = -z
  }
}
