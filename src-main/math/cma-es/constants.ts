import { sum } from '../numbers.ts'

/**
 * - `active`: full covariance, also learning from the worse half with negative weights;
 * - `classic`: full covariance, better half only, with the constants of DEAP's `cma.Strategy`;
 * - `separable`: diagonal covariance, better half only, faster learning.
 */
export type CmaVariant = 'active' | 'classic' | 'separable'

/** Strategy parameters of CMA-ES; the names of the papers are in brackets. */
export interface CmaConstants {
  readonly variant: CmaVariant
  /** Coordinates (n), ≥ 1. */
  readonly dimension: number
  /** Points per generation (λ), ≥ 4. */
  readonly populationSize: number
  /** Points that move the mean (μ). */
  readonly parentCount: number
  /** λ weights from the best point to the worst; the first μ are positive and add up to 1. */
  readonly weights: readonly number[]
  /** Variance effective selection mass of the first μ (μ_eff). */
  readonly effectiveParents: number
  /** Cumulation of the covariance path (c_c) and of the step-size path (c_σ). */
  readonly pathRate: number
  readonly stepPathRate: number
  /** Damping of the step size (d_σ). */
  readonly damping: number
  /** Learning rates of the rank-one (c_1) and the rank-μ update (c_μ). */
  readonly rankOneRate: number
  readonly rankMuRate: number
  /** E‖N(0, I)‖ (χ_N), by its usual approximation. */
  readonly expectedNorm: number
}

/** 4 + ⌊3 ln n⌋ (tutorial, equation 48). */
export function defaultPopulationSize(dimension: number): number {
  return 4 + Math.floor(3 * Math.log(Math.max(dimension, 1)))
}

/**
 * Default constants.
 *
 * - N. Hansen: The CMA evolution strategy: a tutorial. 2016, arXiv:1604.00772, table 1 (`active`; c_μ
 *   without the ¼ that later versions add).
 * - N. Hansen, A. Ostermeier: Completely derandomized self-adaptation in evolution strategies.
 *   Evolutionary Computation 9(2), 2001, 159–195, doi:10.1162/106365601750190398 (`classic`, with c_c and
 *   c_σ as in DEAP).
 * - R. Ros, N. Hansen: A simple modification in CMA-ES achieving linear time and space complexity. PPSN X,
 *   2008, 296–305, doi:10.1007/978-3-540-87700-4_30 (`separable`: rates times (n + 2)/3).
 */
export function cmaConstants(
  dimension: number,
  populationSize: number,
  variant: CmaVariant,
): CmaConstants {
  if (!Number.isInteger(dimension) || dimension < 1 || !(populationSize >= 4)) {
    throw new Error(
      `CMA-ES with ${dimension} coordinates and ${populationSize} points: at least 1 and 4`,
    )
  }
  const n = dimension
  const parentCount = Math.floor(populationSize / 2)
  const raw = Array.from(
    { length: populationSize },
    (_, rank) => Math.log((populationSize + 1) / 2) - Math.log(rank + 1),
  )
  // DEAP centers the weights on μ + ½, which differs for odd λ.
  if (variant === 'classic') {
    raw.forEach((_, rank) => (raw[rank] = Math.log(parentCount + 0.5) - Math.log(rank + 1)))
  }
  const better = raw.slice(0, parentCount)
  const worse = raw.slice(parentCount)
  const effectiveParents = effectiveSize(better)
  const pathRate =
    variant === 'classic'
      ? 4 / (n + 4)
      : (4 + effectiveParents / n) / (n + 4 + (2 * effectiveParents) / n)
  const stepPathRate =
    (effectiveParents + 2) / (n + effectiveParents + (variant === 'classic' ? 3 : 5))
  const faster = variant === 'separable' ? (n + 2) / 3 : 1
  const rankOneRate = Math.min(1, (faster * 2) / ((n + 1.3) ** 2 + effectiveParents))
  const rankMuRate = Math.min(
    1 - rankOneRate,
    (faster * 2 * (effectiveParents - 2 + 1 / effectiveParents)) /
      ((n + 2) ** 2 + effectiveParents),
  )
  const sumOfBetter = sum(better)
  const negative =
    variant === 'active'
      ? Math.min(
          1 + rankOneRate / rankMuRate,
          1 + (2 * effectiveSize(worse)) / (effectiveParents + 2),
          (1 - rankOneRate - rankMuRate) / (n * rankMuRate),
        )
      : 0
  const sumOfWorse = Math.abs(sum(worse))
  return {
    variant,
    dimension,
    populationSize,
    parentCount,
    weights: raw.map((weight, rank) =>
      rank < parentCount ? weight / sumOfBetter : (negative * weight) / sumOfWorse,
    ),
    effectiveParents,
    pathRate,
    stepPathRate,
    damping: 1 + 2 * Math.max(0, Math.sqrt((effectiveParents - 1) / (n + 1)) - 1) + stepPathRate,
    rankOneRate,
    rankMuRate,
    expectedNorm: Math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n)),
  }
}

/** (Σw)² / Σw² (tutorial, equation 8 and table 1). */
function effectiveSize(weights: readonly number[]): number {
  return sum(weights) ** 2 / sum(weights.map(weight => weight * weight))
}
