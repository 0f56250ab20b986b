import { closeSync, fstatSync, readSync } from 'node:fs'
import { AppError } from '../../../core/errors/errors.ts'
import { msg } from '../../../core/errors/message.ts'
import { openUnlinked } from '../../files/read-regular.ts'
import { bytesBefore, type FileMark, hasChanged } from './file-mark.ts'

/** Read at once; a record that is longer is passed over. */
export const MAX_READ_BYTES = 1 << 20

interface NewBytes {
  readonly bytes: Buffer
  /** Of the first byte, in the file. */
  readonly offset: number
  /** Bytes of the file. */
  readonly size: number
  /** The file was written anew, so that these are its first bytes. */
  readonly isRestarted: boolean
}

/** A file that grows at its end, unless somebody cuts it off, writes it anew or puts another one in its stead. */
export class AppendedFile {
  readonly path: string
  #mark: FileMark | null
  #offset: number
  #looked: FileMark | null = null
  #hasUnread = false

  constructor(file: string, mark: FileMark | null) {
    this.path = file
    this.#mark = mark
    this.#offset = mark?.size ?? 0
  }

  /**
   * Bytes that were not taken yet.
   * @param isFinal what was not taken is wanted as well
   * @returns null if the file has not changed since all that can be used was taken
   */
  next(isFinal = false): NewBytes | null {
    if (
      !isFinal &&
      !this.#hasUnread &&
      this.#looked !== null &&
      !hasChanged(this.path, this.#looked)
    )
      return null
    const handle = openUnlinked(this.path)
    try {
      const stats = fstatSync(handle)
      if (!stats.isFile())
        throw new AppError('file.unreadable', { path: this.path, reason: msg('rule.regularFile') })
      const { ino, size, mtimeMs } = stats
      const mark = this.#mark
      const isRestarted =
        mark !== null &&
        (mark.inode !== ino ||
          size < this.#offset ||
          !bytesBefore(handle, this.#offset).equals(mark.lastBytes))
      if (isRestarted) this.#offset = 0
      const buffer = Buffer.alloc(Math.max(0, Math.min(MAX_READ_BYTES, size - this.#offset)))
      const bytes = buffer.subarray(0, readSync(handle, buffer, 0, buffer.length, this.#offset))
      const lastBytes = bytesBefore(handle, this.#offset)
      this.#mark = { inode: ino, size: this.#offset, modifiedMs: mtimeMs, lastBytes }
      this.#looked = { ...this.#mark, size }
      this.#hasUnread = false
      return { bytes, offset: this.#offset, size, isRestarted }
    } finally {
      closeSync(handle)
    }
  }

  /**
   * These bytes are done with.
   * @param read of which this is the first part; more than it holds passes over what was not read
   * @returns whether more can be read at once
   */
  take({ bytes, size }: NewBytes, count: number): boolean {
    if (count === 0 || this.#mark === null) return false
    const from = this.#offset
    this.#offset += count
    const before = Buffer.concat([this.#mark.lastBytes, bytes.subarray(0, count)])
    const lastBytes = count > bytes.length ? this.#read(this.#offset) : before.subarray(-256)
    this.#mark = { ...this.#mark, size: this.#offset, lastBytes }
    this.#hasUnread = from + bytes.length < size && this.#offset < size
    return this.#hasUnread
  }

  #read(end: number): Buffer {
    const handle = openUnlinked(this.path)
    try {
      return bytesBefore(handle, end)
    } finally {
      closeSync(handle)
    }
  }
}
