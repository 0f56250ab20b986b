/**
 * A set of integers 0 … capacity − 1 that finds the next larger and smaller member in O(log₃₂ capacity):
 * a tree of 32-bit words, in which a bit says that the word below it is not empty.
 */
export class RankSet {
  readonly #levels: Int32Array[] = []

  constructor(capacity: number) {
    let size = Math.max(capacity, 1)
    do {
      size = Math.ceil(size / 32)
      this.#levels.push(new Int32Array(size))
    } while (size > 1)
  }

  add(member: number): void {
    let at = member
    for (const words of this.#levels) {
      const word = at >>> 5
      words[word] = (words[word] as number) | (1 << (at & 31))
      at = word
    }
  }

  delete(member: number): void {
    let at = member
    for (const words of this.#levels) {
      const word = at >>> 5
      words[word] = (words[word] as number) & ~(1 << (at & 31))
      if (words[word] !== 0) return
      at = word
    }
  }

  /** The smallest member above `from`; −1 if none. */
  above(from: number): number {
    let at = from
    for (const [level, words] of this.#levels.entries()) {
      // Bits above position at & 31; −2 << 31 is 0.
      const bitsAbove = (words[at >>> 5] as number) & (-2 << (at & 31))
      if (bitsAbove !== 0) return this.#descend(level, (at & ~31) | lowestBit(bitsAbove), lowestBit)
      at >>>= 5
    }
    return -1
  }

  /** The largest member below `from`; −1 if none. */
  below(from: number): number {
    let at = from
    for (const [level, words] of this.#levels.entries()) {
      const bitsBelow = (words[at >>> 5] as number) & ((1 << (at & 31)) - 1)
      if (bitsBelow !== 0)
        return this.#descend(level, (at & ~31) | highestBit(bitsBelow), highestBit)
      at >>>= 5
    }
    return -1
  }

  #descend(level: number, position: number, bitOf: (word: number) => number): number {
    let at = position
    for (let lower = level - 1; lower >= 0; lower--) {
      at = at * 32 + bitOf((this.#levels[lower] as Int32Array)[at] as number)
    }
    return at
  }
}

function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word)
}

function highestBit(word: number): number {
  return 31 - Math.clz32(word)
}
