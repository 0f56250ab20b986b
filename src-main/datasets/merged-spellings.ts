import { spellingKey } from '../core/data/spelling.ts'

/** Different texts that are counted; a column with more has too many categories anyway, and others stay as they are. */
const MAX_TEXTS = 100_000

/** The spellings of a column whose categories are merged, counted in one pass: the most frequent spelling stands for all of them. */
export class MergedSpellings {
  readonly #counts = new Map<string, Map<string, number>>()
  readonly #most = new Map<string, string>()
  #texts = 0

  /** @param text trimmed; no word for "no value" */
  add(text: string): void {
    const key = spellingKey(text)
    const counts = this.#counts.get(key) ?? new Map<string, number>()
    const count = counts.get(text) ?? 0
    if (count === 0 && this.#texts++ >= MAX_TEXTS) return
    counts.set(text, count + 1)
    this.#counts.set(key, counts)
    const most = this.#most.get(key)
    if (most === undefined || count + 1 > (counts.get(most) ?? 0)) this.#most.set(key, text)
  }

  /** The spelling that stands for a text: of those that were added, the most frequent one, the first of equals. */
  merged(text: string): string {
    return this.#most.get(spellingKey(text)) ?? text
  }

  /** Every spelling that another one stands for. */
  replaced(): readonly { readonly text: string; readonly by: string }[] {
    return [...this.#counts].flatMap(([key, counts]) => {
      const by = this.#most.get(key) ?? ''
      return [...counts.keys()].filter(text => text !== by).map(text => ({ text, by }))
    })
  }
}
