import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { AppError, isAppError, reasonOf } from '../../core/errors/errors.ts'
import { msg } from '../../core/errors/message.ts'
import { invalidData } from '../../core/errors/invalid-data.ts'

const CHUNK_BYTES = 1 << 20

/** Windows does not have the latter. */
const UNBLOCKED = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

/**
 * Whole content of a file that may have so many bytes and no more, whatever it says of its size: pipes and devices say nothing.
 * @param field the setting that names the file, for errors
 * @throws AppError `file.notFound`, `file.unreadable`, `data.invalid` (size)
 */
export async function readWithin(file: string, field: string, maxBytes: number): Promise<Buffer> {
  try {
    await using handle = await open(file, 'r')
    return await readWhole(file, handle, maxBytes)
  } catch (error) {
    throw fileError(error, file, field)
  }
}

/**
 * The same of a regular file, or of a link to one: a pipe is not waited for, a device not read up to the limit.
 * @throws AppError as {@link readWithin}, `file.unreadable` for anything else
 */
export async function readRegularWithin(
  file: string,
  field: string,
  maxBytes: number,
): Promise<Buffer> {
  return withRegular(file, field, maxBytes, async handle => readWhole(file, handle, maxBytes))
}

/**
 * Opens a regular file, or a link to one, that may have so many bytes and no more.
 * @param work gets its size, which it may outgrow meanwhile
 * @throws AppError as {@link readRegularWithin}, and what `work` throws
 */
export async function withRegular<Result>(
  file: string,
  field: string,
  maxBytes: number,
  work: (handle: FileHandle, size: number) => Promise<Result>,
): Promise<Result> {
  try {
    await using handle = await open(file, UNBLOCKED)
    const stats = await handle.stat()
    if (!stats.isFile())
      throw new AppError('file.unreadable', { path: file, reason: msg('rule.regularFile') })
    if (stats.size > maxBytes) throw tooLarge(file, stats.size, maxBytes)
    return await work(handle, stats.size)
  } catch (error) {
    throw fileError(error, file, field)
  }
}

async function readWhole(file: string, handle: FileHandle, maxBytes: number): Promise<Buffer> {
  const { size } = await handle.stat()
  if (size > maxBytes) throw tooLarge(file, size, maxBytes)
  const chunks: Buffer[] = []
  let length = 0
  for (;;) {
    const room = Math.max(size - length, Math.min(CHUNK_BYTES, maxBytes - length)) + 1
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(room), 0, room, null)
    if (bytesRead === 0) break
    length += bytesRead
    if (length > maxBytes) throw tooLarge(file, `> ${String(maxBytes)}`, maxBytes)
    chunks.push(buffer.subarray(0, bytesRead))
  }
  const [first] = chunks
  return chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks, length)
}

function tooLarge(file: string, size: number | string, limit: number): AppError {
  return invalidData(file, 'size', size, msg('rule.bytes.atMost', { limit }))
}

/** Turns an error of the file system into a typed one; an `AppError` stays as it is. */
export function fileError(error: unknown, path: string, field: string): AppError {
  if (isAppError(error)) return error
  const code = (error as NodeJS.ErrnoException | null)?.code
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new AppError('file.notFound', { path, field }, error)
  }
  return new AppError('file.unreadable', { path, reason: reasonOf(error) }, error)
}
