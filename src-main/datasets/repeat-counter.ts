import type { RepeatedValues } from '../core/data/row-structure.ts'

/** What names a person or a machine is no longer than this. */
const MAX_TEXT = 100

/**
 * Counts how often each value of a column comes, in one pass and bounded memory: of more values than may be kept, those whose hash begins with
 * enough zeros are, so that their rows are counted whole and the others are not. Gibbons: Distinct sampling for highly-accurate answers to distinct
 * values queries and event reports. VLDB 2001.
 */
export class RepeatCounter {
  readonly #counts = new Map<string, number>()
  readonly #most: number
  #zeros = 0
  #runs = 0
  #last: string | null = null
  #closed = false

  /** @param most values that are counted at the same time, at least 1 */
  constructor(most: number) {
    this.#most = most
  }

  /** Counts no further: the values name nothing. */
  close(): void {
    this.#closed = true
    this.#counts.clear()
    this.#last = null
  }

  add(text: string): void {
    if (this.#closed) return
    if (text.length > MAX_TEXT) {
      this.close()
      return
    }
    if (text !== this.#last) this.#runs++
    this.#last = text
    if (!isSampled(text, this.#zeros)) return
    this.#counts.set(text, (this.#counts.get(text) ?? 0) + 1)
    while (this.#counts.size > this.#most) {
      this.#zeros++
      for (const counted of this.#counts.keys())
        if (!isSampled(counted, this.#zeros)) this.#counts.delete(counted)
    }
  }

  /** Null where the values name nothing. */
  get values(): RepeatedValues | null {
    if (this.#closed) return null
    return {
      distinct: this.#counts.size * 2 ** this.#zeros,
      sizes: [...this.#counts.values()],
      runs: this.#runs,
    }
  }
}

/** Whether the hash of a text (FNV-1a, mixed once more as its low bits are alike for alike texts) ends with so many zeros. */
function isSampled(text: string, zeros: number): boolean {
  if (zeros === 0) return true
  let hash = 0x81_1c_9d_c5
  for (let at = 0; at < text.length; at++)
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01_00_01_93)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85_eb_ca_6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2_b2_ae_35)
  return ((hash ^ (hash >>> 16)) & (2 ** zeros - 1)) === 0
}
