import { AppError, errorMessage, isAppError, reasonOf } from './errors.ts'
import type { MessageDescriptor } from './message.ts'
import { defined } from '../values/json.ts'

/**
 * The typed error of a write that failed. A full disk, or a used up quota, is no fault of what was to be written: a
 * study waits until there is room.
 * @param bytes that were to be written, where that is known
 */
export function unwritable(path: string, error: unknown, bytes?: number): AppError {
  const reason = reasonOf(error)
  return isOutOfSpace(error)
    ? new AppError('disk.full', { path, reason, ...defined({ bytes }) }, error)
    : new AppError('file.unwritable', { path, reason }, error)
}

/**
 * An error of a full disk, also one that nobody has made a typed one of; null for every other error.
 * @param file what was written to, where the error of the system does not say it
 * @param bytes as of {@link unwritable}
 */
export function diskFullError(
  error: unknown,
  file = '',
  bytes?: number,
): AppError<'disk.full'> | null {
  if (isAppError(error, 'disk.full')) return error
  if (!isOutOfSpace(error)) return null
  // Of a copy `path` is what was read.
  const { path = file, dest = path } = error as { readonly path?: string; readonly dest?: string }
  return unwritable(dest, error, bytes) as AppError<'disk.full'>
}

/** The lack that a study waits for after an error of a full disk; null for every other error. */
export function unwritableReason(error: unknown): MessageDescriptor | null {
  const full = isAppError(error, 'database.full') ? error : diskFullError(error)
  return full === null ? null : errorMessage(full)
}

function isOutOfSpace(error: unknown): boolean {
  if (isAppError(error)) return false
  const code = (error as { readonly code?: unknown } | null)?.code
  return code === 'ENOSPC' || code === 'EDQUOT'
}
