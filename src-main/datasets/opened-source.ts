import { msg } from '../core/errors/message.ts'
import { stat } from 'node:fs/promises'
import { AppError } from '../core/errors/errors.ts'
import { fileError } from '../platform/files/read-within.ts'
import {
  checkSourceFile,
  gzipError,
  isGzipFile,
  readBlocks,
  readStart,
  unpackBlocks,
} from './source-file.ts'

/** A file whose length and beginning are known; a gzip file as it is unpacked. */
export interface OpenedSource {
  readonly bytes: number
  /** The first bytes, as many as were asked for if the file has them. */
  readonly start: Uint8Array
  /** The bytes from a place on, in blocks that fill the given memory; a block is overwritten by the next. */
  readonly blocks: (from: number, block: Uint8Array) => AsyncIterable<Uint8Array>
}

/** Unpacked bytes that are in memory while a gzip file is measured. */
const MEASURE_BYTES = 1 << 18

/**
 * Opens a file of which a part at a time shall be in memory. A gzip file is unpacked once to measure it, so that its
 * damage is known before anything is made of it.
 * @param field the setting that names the file, for errors
 * @throws AppError as `readSourceFile`
 */
export async function openSource(
  path: string,
  field: string,
  startBytes: number,
): Promise<OpenedSource> {
  await checkSourceFile(path, field)
  const packed = await isGzipFile(path, field)
  const read = (from: number, block: Uint8Array) =>
    typed(packed ? unpackBlocks(path, from, block) : readBlocks(path, from, block), error =>
      packed ? gzipOrFileError(error, path, field) : fileError(error, path, field),
    )
  let bytes = 0
  if (packed) {
    for await (const part of read(0, new Uint8Array(MEASURE_BYTES))) bytes += part.length
  } else {
    bytes = (await stat(path)).size
  }
  return {
    bytes,
    start: await readStart(path, field, startBytes),
    blocks: (from, block) => whole(read(from, block), bytes - from, path),
  }
}

async function* typed(
  parts: AsyncIterable<Uint8Array>,
  toError: (error: unknown) => AppError,
): AsyncGenerator<Uint8Array, void> {
  try {
    yield* parts
  } catch (error) {
    throw toError(error)
  }
}

/** The file must still have the measured length, neither less nor more. */
async function* whole(
  parts: AsyncIterable<Uint8Array>,
  expected: number,
  path: string,
): AsyncGenerator<Uint8Array, void> {
  let bytesRead = 0
  for await (const part of parts) {
    bytesRead += part.length
    if (bytesRead > expected) break
    yield part
  }
  if (bytesRead === expected) return
  throw new AppError('file.unreadable', { path, reason: msg('rule.changedWhileRead') })
}

function gzipOrFileError(error: unknown, path: string, field: string): AppError {
  const code = (error as NodeJS.ErrnoException | null)?.code ?? ''
  return code.startsWith('E') && !code.startsWith('ERR_')
    ? fileError(error, path, field)
    : gzipError(error, path)
}
