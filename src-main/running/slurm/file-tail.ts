import { closeSync, openSync, readSync } from 'node:fs'

const CHUNK_BYTES = 256 * 1024

/** Reads what is new in a file that another machine writes; a file that is not there yet is empty. */
export class FileTail {
  readonly #file: string
  #offset = 0

  constructor(file: string) {
    this.#file = file
  }

  /** Bytes read so far. */
  get offset(): number {
    return this.#offset
  }

  /** The next piece; null if there is nothing new. */
  next(): Buffer | null {
    let handle: number
    try {
      handle = openSync(this.#file, 'r')
    } catch {
      return null
    }
    try {
      const buffer = Buffer.alloc(CHUNK_BYTES)
      const count = readSync(handle, buffer, 0, CHUNK_BYTES, this.#offset)
      this.#offset += count
      return count === 0 ? null : buffer.subarray(0, count)
    } finally {
      closeSync(handle)
    }
  }
}
