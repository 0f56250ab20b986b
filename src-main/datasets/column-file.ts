import { msg } from '../core/errors/message.ts'
import { AppError } from '../core/errors/errors.ts'
import type { ArrayFile, ValuesOf } from './array-file.ts'

/** Values that are in memory at a time. */
const DEFAULT_BLOCK_VALUES = 1 << 20

/**
 * A table of columns × rows on the disk that is filled row by row, and read by columns or by rows: a block of rows is
 * in memory at a time.
 */
export class ColumnFile<Type extends 'float64' | 'int32'> {
  readonly file: ArrayFile<Type>
  readonly #columns: number
  readonly #rows: number
  readonly #missing: number
  readonly #perBlock: number
  /** Columns × rows of the block. */
  readonly #block: Float64Array | Int32Array
  /** The rows in the block: the first one, and how many. */
  #first = 0
  #used = 0

  /** @param missing the value of cells that are not set */
  constructor(
    file: ArrayFile<Type>,
    columns: number,
    rows: number,
    missing: number,
    blockValues = DEFAULT_BLOCK_VALUES,
  ) {
    this.file = file
    this.#columns = columns
    this.#rows = rows
    this.#missing = missing
    this.#perBlock = Math.max(1, Math.min(rows, Math.floor(blockValues / Math.max(1, columns))))
    const values = this.#perBlock * columns
    this.#block = file.dtype === 'int32' ? new Int32Array(values) : new Float64Array(values)
    this.#block.fill(missing)
  }

  /** Begins the next row. @throws AppError `file.unreadable` if there are more than were counted */
  nextRow(path: string): void {
    if (this.#first + this.#used === this.#rows) throw changed(path)
    if (this.#used === this.#perBlock) this.#write()
    this.#used++
  }

  set(column: number, value: number): void {
    this.#block[column * this.#perBlock + this.#used - 1] = value
  }

  /** Ends the writing. @throws AppError `file.unreadable` if there are fewer rows than were counted */
  end(path: string): void {
    this.#write()
    if (this.#first !== this.#rows) throw changed(path)
  }

  column(column: number): ValuesOf<Type> {
    return this.file.read(column * this.#rows, (column + 1) * this.#rows)
  }

  /** A cell of a finished table; made for going through its rows, since their neighbors are read with them. */
  cell(column: number, row: number): number {
    if (row < this.#first || row >= this.#first + this.#used) this.#load(row)
    return this.#block[column * this.#perBlock + row - this.#first] as number
  }

  /** The block of rows that begins at a row. */
  #load(row: number): void {
    this.#first = row
    this.#used = Math.min(this.#perBlock, this.#rows - row)
    for (let column = 0; column < this.#columns; column++) {
      const from = column * this.#rows + row
      this.file.read(from, from + this.#used, this.#part(column))
    }
  }

  #part(column: number): ValuesOf<Type> {
    const start = column * this.#perBlock
    return this.#block.subarray(start, start + this.#used) as ValuesOf<Type>
  }

  #write(): void {
    for (let column = 0; column < this.#columns && this.#used > 0; column++) {
      this.file.writeAt(column * this.#rows + this.#first, this.#part(column))
    }
    this.#first += this.#used
    this.#used = 0
    this.#block.fill(this.#missing)
  }
}

function changed(path: string): AppError {
  return new AppError('file.unreadable', { path, reason: msg('rule.changedWhileRead') })
}
