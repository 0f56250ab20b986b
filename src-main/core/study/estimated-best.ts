/** What the chance of an {@link EstimatedBest} is at most: simulated studies bear no more out. */
export const HIGHEST_CHANCE = 0.95

/** The trial that is probably the best of a study with one goal, beside the best one observed. */
export interface EstimatedBest {
  /** Number of the trial with the best value. */
  readonly observed: number
  /** Number of the trial that a model of all trials holds for the best; the observed best where nothing speaks against it, or no noise was measured. */
  readonly likely: number
  /** Posterior mean of the estimated best, in units of the goal; its value where no noise was measured. */
  readonly expected: number
  /** The same of the observed best. */
  readonly observedExpected: number
  /** Standard deviation of a trial's value by luck, in units of the goal, > 0; null where nothing that was trained twice has shown any. */
  readonly noise: number | null
  /**
   * Probability that the estimated best is truly better than the observed best, in steps of 0.05 from 0.65 to 0.95; null where they are the same.
   * 0.95 stands for that and all above.
   */
  readonly chance: number | null
}

/** The values of the messages about it; null where the observed best is the likely one. */
export function estimatedBestValues(best: EstimatedBest | null | undefined) {
  if (best?.chance == null) return null
  const percent = Math.round(100 * best.chance)
  return { ...best, percent, isAtLeast: best.chance >= HIGHEST_CHANCE }
}
