import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { renameOver } from '../../platform/files/durable.ts'
import { isDeviceName } from '../../platform/files/own-path.ts'
import { removeEntry } from '../../platform/files/remove.ts'
import { temporaryBeside } from '../../platform/files/temporary.ts'

/** More than any table or archive that is read here. */
export const MAX_UPLOAD_BYTES = 16 * 1024 ** 3
/** All files for a single call, such as data to predict. */
export const MAX_CALL_UPLOAD_BYTES = 2 * 1024 ** 3
/** So large a file comes through a slow tunnel in it. */
export const UPLOAD_LIMIT_MS = 3_600_000
const MAX_PARTS = 12
const MAX_NAME_BYTES = 200
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
    !isDeviceName(part)
  return parts.every(isFit) ? parts : null
}

export interface UploadLimits {
  readonly limitBytes?: number
  readonly limitMs?: number
}

/**
 * Writes the body of a request to a file of its own: it appears whole or not at all, in the place of one that is there.
 * @returns its path, or the limit that it exceeds; none of it stays then
 * @throws as the file system does, e.g. with ENOSPC
 */
export async function receiveUpload(
  request: IncomingMessage,
  folder: string,
  parts: readonly string[],
  { limitBytes = MAX_UPLOAD_BYTES, limitMs = UPLOAD_LIMIT_MS }: UploadLimits = {},
): Promise<{ readonly path: string } | { readonly exceeds: 'bytes' | 'time' }> {
  const file = path.join(folder, ...parts)
  await mkdir(path.dirname(file), { recursive: true })
  const written = temporaryBeside(file)
  let bytes = 0
  const beganMs = performance.now()
  const exceeded = (): 'bytes' | 'time' | null => {
    if (bytes > limitBytes) return 'bytes'
    return performance.now() - beganMs > limitMs ? 'time' : null
  }
  try {
    await pipeline(
      request,
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          bytes += chunk.length
          if (exceeded() !== null) return
          yield chunk
        }
      },
      createWriteStream(written, { flags: 'wx' }),
    )
    const exceeds = exceeded()
    if (exceeds !== null) return { exceeds }
    await renameOver(written, file)
    return { path: file }
  } finally {
    await removeEntry(written)
  }
}
