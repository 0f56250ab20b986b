import { sum, squaredNorm } from '../numbers.ts'
/**
 * Independent categorical distributions, one per choice, and their update by the adaptive stochastic
 * natural gradient method (ASNG): steps of a length that is measured by the Fisher information; the
 * length grows while successive steps agree and shrinks while they are noise. States are never changed.
 *
 * - Y. Akimoto, S. Shirakawa, N. Yoshinari, K. Uchida, S. Saito, K. Nishida: Adaptive stochastic natural
 *   gradient method for one-shot neural architecture search. ICML 2019, PMLR 97, 171–180.
 * - R. Hamano, S. Saito, M. Nomura, K. Uchida, S. Shirakawa: CatCMA: stochastic optimization for
 *   mixed-category problems. GECCO 2024, 656–664, doi:10.1145/3638529.3654198 (its use, and the margin).
 */
export interface CategoryDistribution {
  /** Per choice, the probabilities of its values; each adds up to 1. */
  readonly probabilities: readonly (readonly number[])[]
  /** How short steps are to be (Δ); 1 at the start. */
  readonly shortening: number
  /** Length of the next step: 1/Δ as it was before the last generation, as the cmaes package does. */
  readonly stepLength: number
  /** Accumulated steps in coordinates where the Fisher information is I (s), and their expected weight (γ). */
  readonly path: readonly number[]
  readonly pathWeight: number
}

/** Steps count as a signal while their accumulated squared length is above this times the expected one. */
const SIGNAL_RATIO = 1.5

export function categoryDistribution(
  probabilities: readonly (readonly number[])[],
): CategoryDistribution {
  const free = probabilities.reduce((sum, values) => sum + values.length - 1, 0)
  const path = new Array<number>(free).fill(0)
  return { probabilities, shortening: 1, stepLength: 1, path, pathWeight: 0 }
}

/**
 * The distribution after one generation.
 * @param chosen per point, from the best on, and choice: the position of its value; −1 says nothing
 * @param weights of these points, adding up to 1
 * @param lowest per choice: the least probability that a value keeps
 */
export function updateCategories(
  distribution: CategoryDistribution,
  chosen: readonly (readonly number[])[],
  weights: readonly number[],
  lowest: readonly number[],
): CategoryDistribution {
  const { probabilities, shortening, stepLength, path, pathWeight } = distribution
  const gradients = probabilities.map((values, c) => {
    const gradient = new Array<number>(values.length).fill(0)
    weights.forEach((weight, rank) => {
      const position = chosen[rank]?.[c] as number
      if (position < 0) return
      values.forEach((probability, v) => {
        const observed = v === position ? 1 : 0
        gradient[v] = (gradient[v] as number) + weight * (observed - probability)
      })
    })
    return gradient
  })
  const whitened = probabilities.flatMap((values, c) =>
    fisherCoordinates(values, gradients[c] as readonly number[]),
  )
  const norm = Math.sqrt(squaredNorm(whitened))
  // Every better point has said nothing, or just what was expected.
  if (!(norm > 0)) return distribution
  const step = stepLength / norm
  const rate = 1 / shortening / Math.sqrt(path.length)
  const nextPath = path.map(
    (value, k) =>
      (1 - rate) * value + Math.sqrt(rate * (2 - rate)) * ((whitened[k] as number) / norm),
  )
  const nextWeight = (1 - rate) ** 2 * pathWeight + rate * (2 - rate)
  return {
    probabilities: probabilities.map((values, c) =>
      withMargin(
        values.map((value, v) => value + step * (gradients[c]?.[v] as number)),
        lowest[c] as number,
      ),
    ),
    stepLength: 1 / shortening,
    shortening: shortening * Math.exp(rate * (nextWeight - squaredNorm(nextPath) / SIGNAL_RATIO)),
    path: nextPath,
    pathWeight: nextWeight,
  }
}

/** A gradient times the root of the Fisher information of all values but the last (ASNG, appendix B). */
function fisherCoordinates(
  probabilities: readonly number[],
  gradient: readonly number[],
): number[] {
  const last = probabilities[probabilities.length - 1] as number
  const free = probabilities.slice(0, -1)
  const sum = free.reduce((total, _, v) => total + (gradient[v] as number), 0)
  return free.map(
    (probability, v) =>
      (gradient[v] as number) / Math.sqrt(probability) +
      (Math.sqrt(probability) * sum) / (last + Math.sqrt(last)),
  )
}

/** Lifts small probabilities to the lowest allowed and takes that from what lies above it. */
function withMargin(probabilities: readonly number[], lowest: number): number[] {
  const lifted = probabilities.map(probability => Math.max(probability, lowest))
  const excess = sum(lifted) - 1
  const above = lifted.reduce((sum, probability) => sum + probability - lowest, 0)
  const corrected = lifted.map(
    probability => probability - (excess * (probability - lowest)) / above,
  )
  // Rounding may not accumulate.
  const total = sum(corrected)
  return corrected.map(probability => probability / total)
}
