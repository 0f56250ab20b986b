import { open } from 'node:fs/promises'
import { msg } from '../../../core/errors/message.ts'
import { invalidData } from '../../../core/errors/invalid-data.ts'
import { fileError, readWithin } from '../../../platform/files/read-within.ts'

/** Enough of the first line of a journal. */
const HEAD_BYTES = 4_096

/** @throws AppError `data.invalid` for what is no UTF-8 or larger; `file.*` */
export async function readText(file: string, maxBytes: number): Promise<string> {
  const bytes = await readWithin(file, 'file', maxBytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw invalidData(file, 'file', 'bytes', msg('rule.encoding', { encoding: 'UTF-8' }))
  }
}

/** The first bytes of a file. @throws AppError `file.*` */
export async function readHead(file: string): Promise<Buffer> {
  try {
    await using handle = await open(file, 'r')
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0)
    return buffer.subarray(0, bytesRead)
  } catch (error) {
    throw fileError(error, file, 'file')
  }
}
