import { DigestTable } from './digest-table.ts'
import { Int32List } from './int32-list.ts'
import type { NewArray } from './dataset-draft.ts'

/** Name of the array that {@link DuplicateFinder} gives. */
export const duplicatesName = 'firstOfContent'

/** Finds for every row the first row with the same bytes, itself if there is none before; rows come one by one. */
export class DuplicateFinder {
  readonly #seen = new DigestTable()
  readonly #firsts = new Int32List()

  /** @param content the bytes of the next row */
  add(content: Uint8Array): void {
    const row = this.#firsts.length
    this.#firsts.push(this.#seen.add(content, row))
  }

  /** Rows that repeat an earlier one. */
  get count(): number {
    return this.#firsts.length - this.#seen.size
  }

  /** The array that is stored if any row repeats another; a data set without it has none. */
  arrays(): readonly NewArray[] {
    if (this.count === 0) return []
    const data = this.#firsts.toArray()
    return [{ name: duplicatesName, data, shape: [data.length] }]
  }
}
