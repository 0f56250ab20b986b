import type { TrialSnapshot } from '../../../contract/trial.ts'

/** Trials with a result that count, the newest. */
export const WINDOW = 50
/** How much less the next rank earns. */
const DECAY = 0.9

/**
 * What the newest trials of several sources are worth: the trial of rank r among W (0 = best) earns D^r·(1 − r/W), a source the mean
 * of its trials. The rewards are those of the cited "sum of ranks"; the mean, because all sources learn from all trials: a sum
 * would pay whoever was asked more often.
 *
 * Á. Fialho, R. Ros, M. Schoenauer, M. Sebag: Comparison-based adaptive strategy selection with bandits in differential evolution.
 * PPSN XI, 2010, doi:10.1007/978-3-642-15844-5_20, section 3.
 *
 * @param trials with a result, by number; the newest {@link WINDOW} count
 * @param sources of the same trials, 0 … count − 1
 * @param compare sorts the better trial first; never 0
 * @returns per source its credit, 0…1 (0 without trials), and its trials in the window
 */
export function rankCredits(
  trials: readonly TrialSnapshot[],
  sources: readonly number[],
  count: number,
  compare: (a: TrialSnapshot, b: TrialSnapshot) => number,
): { readonly credits: number[]; readonly uses: number[] } {
  const sums = new Array<number>(count).fill(0)
  const uses = new Array<number>(count).fill(0)
  const from = Math.max(trials.length - WINDOW, 0)
  const order = trials
    .slice(from)
    .map((trial, index) => ({ trial, source: sources[from + index] as number }))
    .sort((a, b) => compare(a.trial, b.trial))
  order.forEach(({ source }, rank) => {
    sums[source] = (sums[source] as number) + DECAY ** rank * (1 - rank / order.length)
    uses[source] = (uses[source] as number) + 1
  })
  const credits = sums.map((sum, source) => sum / Math.max(uses[source] as number, 1))
  return { credits, uses }
}
