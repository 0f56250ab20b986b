import { msg } from '../core/errors/message.ts'
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, readFile, stat } from 'node:fs/promises'
import { promisify } from 'node:util'
import { createGunzip, gunzip } from 'node:zlib'
import { AppError, isAppError } from '../core/errors/errors.ts'
import { invalidData } from '../core/errors/invalid-data.ts'
import { fileError } from '../platform/files/read-within.ts'

/** No source file, packed or unpacked, may be larger: one typed array must be able to hold it. */
export const SOURCE_FILE_LIMIT_BYTES = 2_000_000_000

const gunzipAsync = promisify(gunzip)

/** Two magic bytes of RFC 1952. */
const gzipMagic = [0x1f, 0x8b] as const

/**
 * Checks that a path is a readable file within the size limit.
 * @param field the setting that names the file, for the error
 * @throws AppError `file.notFound`, `file.unreadable`, `data.invalid` (size)
 */
export async function checkSourceFile(path: string, field: string): Promise<void> {
  try {
    const stats = await stat(path)
    if (!stats.isFile()) throw new AppError('file.unreadable', { path, reason: msg('rule.isFile') })
    if (stats.size > SOURCE_FILE_LIMIT_BYTES) throw sizeError(path, stats.size)
  } catch (error) {
    throw fileError(error, path, field)
  }
}

/**
 * Whole content of a file; a gzip file comes unpacked.
 * @throws AppError as {@link checkSourceFile}; `data.invalid` for broken gzip
 */
export async function readSourceFile(path: string, field: string): Promise<Buffer> {
  await checkSourceFile(path, field)
  let content: Buffer
  try {
    content = await readFile(path)
  } catch (error) {
    throw fileError(error, path, field)
  }
  if (content[0] !== gzipMagic[0] || content[1] !== gzipMagic[1]) return content
  try {
    return await gunzipAsync(content, { maxOutputLength: SOURCE_FILE_LIMIT_BYTES })
  } catch (error) {
    throw gzipError(error, path)
  }
}

/** Whether a file starts as gzip files do. */
export async function isGzipFile(path: string, field: string): Promise<boolean> {
  try {
    await using file = await open(path, 'r')
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0)
    return bytesRead === 2 && buffer[0] === gzipMagic[0] && buffer[1] === gzipMagic[1]
  } catch (error) {
    throw fileError(error, path, field)
  }
}

/**
 * The first bytes of a file, unpacked if it is a gzip file; fewer if it is shorter or damaged, since
 * whoever reads on finds the damage.
 */
export async function readStart(path: string, field: string, bytes: number): Promise<Buffer> {
  const packed = await isGzipFile(path, field)
  const chunks: Buffer[] = []
  let length = 0
  const source = createReadStream(path, { highWaterMark: 1 << 16 })
  const stream = packed ? source.pipe(createGunzip()) : source
  source.on('error', error => stream.destroy(error))
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      chunks.push(chunk)
      length += chunk.length
      if (length >= bytes) break
    }
  } catch (error) {
    if (!packed) throw fileError(error, path, field)
  } finally {
    source.destroy()
  }
  return Buffer.concat(chunks).subarray(0, bytes)
}

/**
 * SHA-256, hexadecimal, over the contents of the files in this order, each preceded by its length, so
 * that moving bytes from one file to the next changes the hash.
 */
export async function hashSourceFiles(
  files: readonly { readonly path: string; readonly field: string }[],
): Promise<string> {
  const hash = createHash('sha256')
  const block = new Uint8Array(1 << 20)
  for (const { path, field } of files) {
    await checkSourceFile(path, field)
    try {
      hash.update(`${String((await stat(path)).size)}\n`)
      for await (const part of readBlocks(path, 0, block)) hash.update(part)
    } catch (error) {
      throw fileError(error, path, field)
    }
  }
  return hash.digest('hex')
}

/**
 * The bytes of a file from a place on, a block at a time: every one fills the given memory, the last one may not. A
 * block is overwritten by the next.
 */
export async function* readBlocks(
  path: string,
  from: number,
  block: Uint8Array,
): AsyncGenerator<Uint8Array, void> {
  await using file = await open(path, 'r')
  for (let offset = from; ;) {
    let used = 0
    while (used < block.length) {
      const { bytesRead } = await file.read(block, used, block.length - used, offset + used)
      if (bytesRead === 0) break
      used += bytesRead
    }
    if (used > 0) yield block.subarray(0, used)
    if (used < block.length) return
    offset += used
  }
}

/** The same of what a gzip file holds, unpacked; more than the limit is refused. */
export async function* unpackBlocks(
  path: string,
  from: number,
  block: Uint8Array,
): AsyncGenerator<Uint8Array, void> {
  const source = createReadStream(path, { highWaterMark: 1 << 18 })
  const unpacked = source.pipe(createGunzip())
  source.on('error', error => unpacked.destroy(error))
  let skip = from
  let used = 0
  let total = 0
  try {
    for await (const chunk of unpacked as AsyncIterable<Buffer>) {
      total += chunk.length
      if (total > SOURCE_FILE_LIMIT_BYTES)
        throw sizeError(path, `> ${String(SOURCE_FILE_LIMIT_BYTES)}`)
      let at = Math.min(skip, chunk.length)
      skip -= at
      while (at < chunk.length) {
        const part = chunk.subarray(at, at + block.length - used)
        block.set(part, used)
        used += part.length
        at += part.length
        if (used < block.length) continue
        used = 0
        yield block
      }
    }
  } finally {
    source.destroy()
  }
  if (used > 0) yield block.subarray(0, used)
}

/** The typed error of a file that zlib refuses. */
export function gzipError(error: unknown, path: string): AppError {
  if (isAppError(error)) return error
  const code = (error as NodeJS.ErrnoException | null)?.code ?? 'unknown'
  if (code === 'ERR_BUFFER_TOO_LARGE')
    return sizeError(path, `> ${String(SOURCE_FILE_LIMIT_BYTES)}`)
  return new AppError(
    'data.invalid',
    { path, field: 'gzip', value: code, rule: msg('rule.undamaged', { format: 'gzip' }) },
    error,
  )
}

export function sizeError(path: string, size: number | string): AppError {
  return invalidData(
    path,
    'size',
    size,
    msg('rule.bytes.atMost', { limit: SOURCE_FILE_LIMIT_BYTES, of: 'unpacked' }),
  )
}
