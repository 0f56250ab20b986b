import type { Split } from './find-split.ts'

/** Leaves by falling gain; the one that was there first among equals. */
export class LeavesByGain {
  readonly #entries: { readonly leaf: number; readonly gain: number }[] = []

  push(leaf: number, split: Split | null): void {
    if (split === null) return
    const entries = this.#entries
    let at = entries.length
    const entry = { leaf, gain: split.gain }
    entries.push(entry)
    while (at > 0) {
      const above = (at - 1) >> 1
      if (!isBefore(entry, entries[above])) break
      entries[at] = entries[above] as typeof entry
      at = above
    }
    entries[at] = entry
  }

  pop(): number | null {
    const entries = this.#entries
    const [top] = entries
    const last = entries.pop()
    if (top === undefined || last === undefined) return null
    if (entries.length > 0) this.#sink(last)
    return top.leaf
  }

  #sink(entry: { readonly leaf: number; readonly gain: number }): void {
    const entries = this.#entries
    let at = 0
    for (;;) {
      let below = 2 * at + 1
      if (below >= entries.length) break
      if (isBefore(entries[below + 1], entries[below])) below++
      if (!isBefore(entries[below], entry)) break
      entries[at] = entries[below] as typeof entry
      at = below
    }
    entries[at] = entry
  }
}

type Entry = { readonly leaf: number; readonly gain: number } | undefined

function isBefore(a: Entry, b: Entry): boolean {
  if (a === undefined || b === undefined) return false
  return a.gain > b.gain || (a.gain === b.gain && a.leaf < b.leaf)
}
