/** A study that trains the best configurations of another one again: how it is found, and what it says. */

const prefix = 'confirms:'

/** The tag of a study that confirms another one. */
export function confirmationTag(studyId: number): string {
  return `${prefix}${studyId}`
}

/** The study that a study with these tags confirms; null: none. */
export function confirmedStudy(tags: readonly string[]): number | null {
  const tag = tags.find(text => text.startsWith(prefix))
  const id = Number(tag?.slice(prefix.length))
  return tag !== undefined && Number.isInteger(id) && id > 0 ? id : null
}

export interface ConfirmedConfiguration {
  /** Its trial in the confirming study, and in the one that is confirmed; null: not found there any more. */
  readonly trial: number
  readonly originalTrial: number | null
  readonly originalValue: number | null
  /** Values of the trainings, in the order of their seeds. */
  readonly values: readonly number[]
  readonly mean: number
  /** 95 % bootstrap interval of the mean. */
  readonly interval: readonly [low: number, high: number]
}

interface ConfirmedPair {
  /** Positions of configurations; the first has the better mean. */
  readonly first: number
  readonly second: number
  /** Paired permutation test over the shared seeds, two-sided, adjusted for the number of pairs (Holm). */
  readonly pValue: number
  /** The smallest that so many trainings can give. */
  readonly smallestPValue: number
  /** Mean of the first less that of the second. */
  readonly difference: number
  /** 95 %, of the difference; null with fewer than two pairs. */
  readonly interval: readonly [low: number, high: number] | null
}

/**
 * `confirmed`: the best of the search is still the best, and not by chance. `overtaken`: another one is better, and not by
 * chance. `tied`: the best mean cannot be told from another one.
 */
type ConfirmationVerdict = 'confirmed' | 'overtaken' | 'tied'

export interface Confirmation {
  readonly source: { readonly studyId: number; readonly name: string } | null
  readonly metric: string
  readonly direction: 'minimize' | 'maximize'
  /** In the order of the search: the best first. */
  readonly configurations: readonly ConfirmedConfiguration[]
  /** The one with the best mean against each other one. */
  readonly pairs: readonly ConfirmedPair[]
  /** Null with fewer than two configurations that were trained twice or more. */
  readonly verdict: ConfirmationVerdict | null
  /**
   * By how much the search flattered the configurations, on average: above 0, values got worse when trained again. The best of many
   * is partly luck.
   */
  readonly selectionBias: number
  /** 95 %, over the configurations; null with fewer than two. */
  readonly selectionBiasInterval: readonly [low: number, high: number] | null
  /** How often the test split was looked at, in both studies. */
  readonly testLooks: number
}
