import { mean } from '../../math/numbers.ts'
import { studentCdf } from '../../math/distributions/student.ts'
import { median } from '../../math/statistics/quantile.ts'

/**
 * Races: of a trial whose configuration is trained several times (folds, replicates, instances), how likely is it that all its trainings
 * together will make it better than the best trial? After each training both have losses d_j on the same fold with the same seed, whose
 * noise they share in part; so differences tell more than values:
 *
 *   (1)  d_j = own loss − loss of the best, j = 1 … k of n trainings; d̄ their mean
 *   (2)  s² = (ν₀ τ² + Σ (d_j − d̄)²) / ν,  ν = ν₀ + k − 1
 *   (3)  D = d̄ + s · √((n − k) / (n k)) · t_ν
 *
 * D is the difference of the two means once all n are done: the k that are known, and the n − k others as a normal sample with a flat
 * prior on its mean and an inverse χ² prior with ν₀ degrees of freedom on its variance would bring them (Gelman et al.: Bayesian data
 * analysis, 3rd edition, 2013, 3.2, for a finite population: 8.3). τ² is what such differences have varied by in this study: the median
 * over complete trials. Without any yet, ν₀ is 0, and two trainings are needed.
 *
 * The idea of racing: O. Maron, A. Moore: Hoeffding races. NIPS 1993; M. Birattari et al.: A racing algorithm for configuring
 * metaheuristics. GECCO 2002 (F-Race). These test hypotheses; here the question itself is answered, so that looking after every
 * training needs no correction beyond what docs/races.md measures.
 */

/** Weight of what earlier trials say on the spread of differences, in degrees of freedom. */
const PRIOR_FREEDOM = 4

/** The losses of one trial's trainings, in their order, to be minimized. */
export type Trainings = readonly number[]

/**
 * @param trainings losses of the trainings that are done, in the order in which every trial does them; at least one
 * @param best those of the best trial, which has done all
 * @param spread τ² of (2); null: not known yet
 * @returns the probability that D of (3) is below 0; NaN where nothing can be said yet
 */
export function chanceToWin(trainings: Trainings, best: Trainings, spread: number | null): number {
  const total = best.length
  const done = trainings.length
  const differences = trainings.map((loss, index) => loss - (best[index] as number))
  const distance = mean(differences)
  // What is not a number, or infinite, cannot become the best mean any more.
  if (!Number.isFinite(distance)) return distance === Number.NEGATIVE_INFINITY ? 1 : 0
  if (done >= total) return distance < 0 ? 1 : 0
  const prior = spread === null ? 0 : PRIOR_FREEDOM
  const freedom = prior + done - 1
  if (freedom < 1) return Number.NaN
  const squares = differences.reduce((sum, difference) => sum + (difference - distance) ** 2, 0)
  const variance = (prior * (spread ?? 0) + squares) / freedom
  const error = Math.sqrt((variance * (total - done)) / (total * done))
  if (error === 0) return distance < 0 ? 1 : distance === 0 ? 0.5 : 0
  return studentCdf(-distance / error, freedom)
}

/** What a trial's mean over all trainings will probably be: that of the best and the mean difference so far. */
export function expectedLoss(trainings: Trainings, best: Trainings): number {
  return mean(best) + mean(trainings.map((loss, index) => loss - (best[index] as number)))
}

/**
 * τ² of (2): the median over complete trials of the variance of their differences to the best.
 * @param others complete trials beside the best
 * @returns null without any
 */
export function spreadOfDifferences(best: Trainings, others: readonly Trainings[]): number | null {
  const variances = others.flatMap(losses => {
    const differences = losses.map((loss, index) => loss - (best[index] as number))
    const center = mean(differences)
    const squares = differences.reduce((sum, difference) => sum + (difference - center) ** 2, 0)
    const variance = squares / (differences.length - 1)
    return Number.isFinite(variance) ? [variance] : []
  })
  return variances.length === 0 ? null : median(variances)
}
