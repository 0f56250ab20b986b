import { createWriteStream } from 'node:fs'
import { mkdir, rename } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { removeEntry } from '../files/remove.ts'
import { temporaryBeside } from '../files/temporary.ts'

/** More than any table or archive that is read here. */
export const MAX_UPLOAD_BYTES = 16 * 1024 ** 3
const MAX_PARTS = 12
const MAX_NAME_BYTES = 200
/** Names that a Windows machine keeps for itself. */
const reserved = /^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$/i
const unfit = /[\p{Cc}<>:"|?*\\]/u

/**
 * The parts of a path under the folder of uploads: `batch/name`, or `batch/folder/…/name`. Null for one that would lead out of it, or that
 * not every machine can have.
 */
export function uploadParts(target: string | null): readonly string[] | null {
  const parts = target?.split('/') ?? []
  if (parts.length < 2 || parts.length > MAX_PARTS) return null
  const isFit = (part: string): boolean =>
    part.trim() === part &&
    part !== '' &&
    !part.startsWith('.') &&
    !part.endsWith('.') &&
    Buffer.byteLength(part) <= MAX_NAME_BYTES &&
    !unfit.test(part) &&
    !reserved.test(part)
  return parts.every(isFit) ? parts : null
}

/**
 * Writes the body of a request to a file of its own: it appears whole or not at all, in the place of one that is there.
 * @returns its path; null if it is larger than may be
 * @throws as the file system does, e.g. with ENOSPC
 */
export async function receiveUpload(
  request: IncomingMessage,
  folder: string,
  parts: readonly string[],
  limitBytes: number = MAX_UPLOAD_BYTES,
): Promise<string | null> {
  const file = path.join(folder, ...parts)
  await mkdir(path.dirname(file), { recursive: true })
  const written = temporaryBeside(file)
  let bytes = 0
  try {
    await pipeline(
      request,
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          bytes += chunk.length
          if (bytes > limitBytes) return
          yield chunk
        }
      },
      createWriteStream(written, { flags: 'wx' }),
    )
    if (bytes > limitBytes) return null
    await rename(written, file)
    return file
  } finally {
    await removeEntry(written)
  }
}
