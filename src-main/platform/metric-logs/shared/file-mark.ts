import { closeSync, fstatSync, lstatSync, readSync } from 'node:fs'
import { openUnlinked } from '../../files/read-regular.ts'

/** So much before the end of what was read tells whether the file was written anew. */
const LAST_BYTES = 256

/** A file as it was at some time. */
export interface FileMark {
  readonly inode: number
  /** Bytes that were read, or were there. */
  readonly size: number
  readonly modifiedMs: number
  /** The last bytes before `size`. */
  readonly lastBytes: Buffer
}

/** Null if there is no such plain file. */
export function markFile(file: string): FileMark | null {
  let handle: number
  try {
    handle = openUnlinked(file)
  } catch {
    return null
  }
  try {
    const stats = fstatSync(handle)
    if (!stats.isFile()) return null
    const { ino, size, mtimeMs } = stats
    return { inode: ino, size, modifiedMs: mtimeMs, lastBytes: bytesBefore(handle, size) }
  } finally {
    closeSync(handle)
  }
}

/** Whether a file is other than it was. */
export function hasChanged(file: string, mark: FileMark): boolean {
  const stats = lstatSync(file, { throwIfNoEntry: false })
  if (stats === undefined) return false
  return stats.ino !== mark.inode || stats.size !== mark.size || stats.mtimeMs !== mark.modifiedMs
}

export function bytesBefore(handle: number, end: number): Buffer {
  const length = Math.min(LAST_BYTES, end)
  const buffer = Buffer.alloc(length)
  return buffer.subarray(0, readSync(handle, buffer, 0, length, end - length))
}
