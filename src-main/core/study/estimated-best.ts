/** The trial that is probably the best of a study with one goal, beside the best one observed. */
export interface EstimatedBest {
  /** Number of the trial with the best value. */
  readonly observed: number
  /** Number of the trial that a model of all trials holds for the best; the same one where nothing speaks against it. */
  readonly likely: number
  /** Posterior mean of the estimated best, in units of the goal. */
  readonly expected: number
  /** The same of the observed best. */
  readonly observedExpected: number
  /** Standard deviation of the noise that the model found, in units of the goal. */
  readonly noise: number
  /** Probability that the estimated best is truly better than the observed best; null where they are the same. */
  readonly chance: number | null
}

/** The values of the messages about it; null where the observed best is the likely one. */
export function estimatedBestValues(best: EstimatedBest | null | undefined) {
  if (best?.chance == null) return null
  return { ...best, percent: Math.round(100 * best.chance) }
}
