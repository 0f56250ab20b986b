import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'
import { AppError } from '../../core/errors/errors.ts'
import { invalidData } from '../../core/errors/invalid-data.ts'
import { msg } from '../../core/errors/message.ts'

/** Windows has neither. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0)

/** Opens a file to read: a pipe without a writer is not waited for, and a link is not followed. @throws as the file system does */
export function openUnlinked(file: string): number {
  return openSync(file, FLAGS)
}

/**
 * A file in a folder that a program of the user may write: it may have put a pipe, a device or a link there, which would be waited for or
 * read for ever.
 * @param limitBytes of what is read
 * @throws AppError `file.unreadable` for what is no file, `data.invalid` for one that is larger; else as the file system does
 */
export function readRegular(file: string, limitBytes: number): Buffer {
  const descriptor = openUnlinked(file)
  try {
    const stats = fstatSync(descriptor)
    if (!stats.isFile())
      throw new AppError('file.unreadable', { path: file, reason: msg('rule.regularFile') })
    if (stats.size > limitBytes)
      throw invalidData(file, 'size', stats.size, msg('rule.bytes.atMost', { limit: limitBytes }))
    // It may grow meanwhile.
    const bytes = readFileSync(descriptor)
    return bytes.length > limitBytes ? bytes.subarray(0, limitBytes) : bytes
  } finally {
    closeSync(descriptor)
  }
}
