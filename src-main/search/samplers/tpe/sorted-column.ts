import { enlarged, firstIndexWhere } from '../../../math/numbers.ts'
import type { GroupHistory } from './history.ts'

/** Some rows of a history by rising (coordinate, row) in one numeric dimension. */
export class SortedColumn {
  readonly column: number
  order = new Int32Array(64)
  /** Their coordinates. */
  means = new Float64Array(64)
  count = 0
  readonly #history: GroupHistory

  constructor(history: GroupHistory, column: number) {
    this.#history = history
    this.column = column
  }

  fill(rows: Int32Array): void {
    this.#reserve(rows.length)
    this.count = rows.length
    const { coordinates, width } = this.#history
    const { column, order, means } = this
    order.set(rows)
    order
      .subarray(0, rows.length)
      .sort(
        (a, b) =>
          (coordinates[a * width + column] as number) -
            (coordinates[b * width + column] as number) || a - b,
      )
    for (let index = 0; index < rows.length; index++) {
      means[index] = coordinates[(order[index] as number) * width + column] as number
    }
  }

  /** @param touched receives the row and those that are its neighbors now */
  insert(row: number, touched: number[]): void {
    this.#reserve(this.count + 1)
    const at = this.indexOf(row)
    const { order, means, count } = this
    order.copyWithin(at + 1, at, count)
    means.copyWithin(at + 1, at, count)
    order[at] = row
    means[at] = this.#coordinateOf(row)
    this.count++
    touched.push(row)
    this.#touch(at - 1, touched)
    this.#touch(at + 1, touched)
  }

  /** @param touched receives the rows that were its neighbors */
  remove(row: number, touched: number[]): void {
    const at = this.indexOf(row)
    const { order, means, count } = this
    order.copyWithin(at, at + 1, count)
    means.copyWithin(at, at + 1, count)
    this.count--
    this.#touch(at - 1, touched)
    this.#touch(at, touched)
  }

  /** Where a row stands, or would. */
  indexOf(row: number): number {
    const { order, means } = this
    const mean = this.#coordinateOf(row)
    return firstIndexWhere(this.count, index => {
      const other = means[index] as number
      return other > mean || (other === mean && (order[index] as number) >= row)
    })
  }

  #coordinateOf(row: number): number {
    return this.#history.coordinates[row * this.#history.width + this.column] as number
  }

  #touch(index: number, touched: number[]): void {
    if (index >= 0 && index < this.count) touched.push(this.order[index] as number)
  }

  #reserve(count: number): void {
    if (count <= this.order.length) return
    this.order = enlarged(this.order, 2 * count)
    this.means = enlarged(this.means, 2 * count)
  }
}
