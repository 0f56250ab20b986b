import { randomUUID } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { AppError, reasonOf } from '../contract/errors.ts'

/**
 * Writes a report or an export so that the path holds either the old file or the whole new one, never a part:
 * a file beside it is written, flushed to disk and renamed. Missing folders are made.
 *
 * @returns the absolute path
 * @throws AppError `file.unwritable`
 */
export async function writeReport(path: string, content: string | Uint8Array): Promise<string> {
  const target = resolve(path)
  const partial = join(dirname(target), `.${basename(target)}.${randomUUID()}.partial`)
  try {
    await mkdir(dirname(target), { recursive: true })
    const file = await open(partial, 'wx')
    try {
      await file.writeFile(content, 'utf8')
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(partial, target)
  } catch (error) {
    await rm(partial, { force: true }).catch(() => undefined)
    throw new AppError('file.unwritable', { path: target, reason: reasonOf(error) }, error)
  }
  return target
}
