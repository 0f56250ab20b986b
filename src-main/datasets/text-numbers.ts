import { DigestTable } from './digest-table.ts'
import { Int32List } from './int32-list.ts'

/** Texts numbered in the order in which they appear, as long as there are not too many of them. */
export class TextNumbers {
  readonly #numberOf = new Map<string, number>()
  readonly #most: number
  readonly #exactly: boolean
  /** Counts on when there are too many to keep; null once nothing more needs to be known. */
  #others: DigestTable | null = null
  #repeats = false
  #size = 0

  /**
   * @param most different texts that are kept; beyond, they are only counted
   * @param exactly count on even when a text has come twice
   */
  constructor(most: number, exactly = false) {
    this.#most = most
    this.#exactly = exactly
  }

  /** Different texts; with more than `most`, and one that came twice, only exact if asked for. */
  get size(): number {
    return this.#size
  }

  /** Every text so far came once. */
  get allDiffer(): boolean {
    return !this.#repeats
  }

  /** The number of a text; −1 where there are too many. */
  add(text: string): number {
    const number = this.#numberOf.get(text)
    if (number !== undefined) {
      this.#repeats = true
      return number
    }
    if (this.#size < this.#most) {
      this.#numberOf.set(text, this.#size)
      return this.#size++
    }
    this.#count(text)
    return -1
  }

  /** Sorted texts, and for every number the rank of its text among them. */
  sorted(compare?: (a: string, b: string) => number): {
    readonly texts: readonly string[]
    readonly ranks: Int32Array
  } {
    const texts = [...this.#numberOf.keys()].sort(compare)
    const position = new Map(texts.map((text, index) => [text, index]))
    return {
      texts,
      ranks: Int32Array.from(this.#numberOf.keys(), text => position.get(text) ?? -1),
    }
  }

  #count(text: string): void {
    if (this.#size === this.#most) this.#others = new DigestTable()
    if (this.#others === null) return
    const before = this.#others.size
    this.#others.add(text, 0)
    if (this.#others.size > before) this.#size++
    else this.#repeats = true
    if (this.#repeats && !this.#exactly) this.#others = null
  }
}

/** A text for every row, as numbers. */
export class TextCodes {
  readonly #rows = new Int32List()
  readonly #numbers: TextNumbers

  /** @param most different texts that are kept */
  constructor(most = Number.POSITIVE_INFINITY) {
    this.#numbers = new TextNumbers(most, true)
  }

  /** Different texts. */
  get size(): number {
    return this.#numbers.size
  }

  add(text: string): void {
    this.#rows.push(this.#numbers.add(text))
  }

  /** Sorted texts, the codes that point into them, so that the order of rows decides nothing, and the rows of each. */
  sorted(compare?: (a: string, b: string) => number) {
    const { texts, ranks } = this.#numbers.sorted(compare)
    const codes = this.#rows.toArray().map(code => rankOf(code, ranks))
    return { texts, codes, counts: tally(codes, texts.length) }
  }
}

/** The rank of a text among the sorted ones; −1 for one that was not kept. */
export function rankOf(number: number, ranks: Int32Array): number {
  return number < 0 ? -1 : (ranks[number] ?? -1)
}

/** How often each of the numbers 0 … size − 1 occurs. */
export function tally(numbers: Iterable<number>, size: number): number[] {
  const counts = new Array<number>(size).fill(0)
  for (const number of numbers) counts[number] = (counts[number] ?? 0) + 1
  return counts
}
