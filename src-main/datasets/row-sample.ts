/** A cell of the sample has up to this length. */
const CELL_CHARACTERS = 200
/** Rows of the sample, and cells of it. */
const MAX_ROWS = 2_048
const MIN_ROWS = 64
const MAX_CELLS = 400_000

/** Every n-th row of a table, from the first one, with n as small as its size allows. */
export class RowSample {
  rows: string[][] = []
  #step = 1
  #count = 0

  add(fields: readonly string[]): void {
    if (this.#count++ % this.#step !== 0) return
    const cells = Math.floor(MAX_CELLS / fields.length)
    const limit = Math.min(MAX_ROWS, Math.max(MIN_ROWS, cells))
    if (this.rows.length === limit) {
      this.rows = this.rows.filter((_, row) => row % 2 === 0)
      this.#step *= 2
      if ((this.#count - 1) % this.#step !== 0) return
    }
    this.rows.push(fields.map(cell => cell.slice(0, CELL_CHARACTERS)))
  }
}
