import { hash } from 'node:crypto'

/** 32-bit words of a content: 128 bits of its SHA-1, then its number. */
const WORDS_PER_ENTRY = 5
const ENTRIES_PER_CHUNK = 16_384
const FIRST_SLOTS = 2_048

/**
 * Which contents were there before, in about 30 bytes each, whatever their length. SHA-1 stands for the bytes: nobody
 * forges duplicates against himself.
 */
export class DigestTable {
  /** Open addressing: 0 is free, else one more than the entry. */
  #slots = new Int32Array(FIRST_SLOTS)
  readonly #chunks: Uint32Array[] = []
  #size = 0

  /** Different contents so far. */
  get size(): number {
    return this.#size
  }

  /** The number that came with the first equal content: `number` itself if there was none. */
  add(content: Uint8Array | string, number: number): number {
    const digest = hash('sha1', content, 'binary')
    const words = [0, 4, 8, 12].map(at => wordAt(digest, at))
    const [first = 0] = words
    for (
      let slot = first & (this.#slots.length - 1);
      ;
      slot = (slot + 1) & (this.#slots.length - 1)
    ) {
      const entry = (this.#slots[slot] as number) - 1
      if (entry < 0) {
        this.#slots[slot] = this.#append(words, number) + 1
        if (2 * this.#size > this.#slots.length) this.#grow()
        return number
      }
      const [chunk, at] = this.#place(entry)
      if (words.every((word, index) => chunk[at + index] === word)) {
        return chunk[at + WORDS_PER_ENTRY - 1] as number
      }
    }
  }

  #append(words: readonly number[], number: number): number {
    const entry = this.#size++
    if (entry % ENTRIES_PER_CHUNK === 0) {
      this.#chunks.push(new Uint32Array(ENTRIES_PER_CHUNK * WORDS_PER_ENTRY))
    }
    const [chunk, at] = this.#place(entry)
    chunk.set(words, at)
    chunk[at + WORDS_PER_ENTRY - 1] = number
    return entry
  }

  #place(entry: number): [Uint32Array, number] {
    const chunk = this.#chunks[Math.floor(entry / ENTRIES_PER_CHUNK)] as Uint32Array
    return [chunk, (entry % ENTRIES_PER_CHUNK) * WORDS_PER_ENTRY]
  }

  #grow(): void {
    const slots = new Int32Array(2 * this.#slots.length)
    for (let entry = 0; entry < this.#size; entry++) {
      const [chunk, at] = this.#place(entry)
      let slot = (chunk[at] as number) & (slots.length - 1)
      while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1)
      slots[slot] = entry + 1
    }
    this.#slots = slots
  }
}

/** Four characters of a digest, each a byte, as one number. */
function wordAt(digest: string, at: number): number {
  let word = 0
  for (let byte = 0; byte < 4; byte++) word = (word << 8) | digest.charCodeAt(at + byte)
  return word >>> 0
}
