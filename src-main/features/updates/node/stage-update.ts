import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { chmod, copyFile, mkdir, readdir } from 'node:fs/promises'
import path from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { isAppError, reasonOf } from '../../../core/errors/errors.ts'
import { msg } from '../../../core/errors/message.ts'
import { unwritable } from '../../../core/errors/unwritable.ts'
import { openArchive } from '../../../platform/files/archive.ts'
import { flush, renameOver } from '../../../platform/files/durable.ts'
import { removeEntry } from '../../../platform/files/remove.ts'
import { removePartsOf, temporaryBeside } from '../../../platform/files/temporary.ts'
import { type FoundUpdate, openFile, refused } from './find-update.ts'

/** What an update takes the place of. */
export interface UpdateTarget {
  /** The file of an AppImage, or the folder of the application. */
  readonly path: string
  readonly kind: 'file' | 'folder'
}

/** Files of an application; it has some 20,000. */
const MAX_ENTRIES = 200_000

/** Where the new version waits: beside the old one, so that a renaming puts it in its place. */
export function stagedPath(target: UpdateTarget): string {
  return `${target.path}.update`
}

/** The version before the last update; it goes when the next one is staged. */
export function previousPath(target: UpdateTarget): string {
  return `${target.path}.previous`
}

/**
 * Fetches an update, checks it, and puts it beside the installed version, which stays as it is.
 * @param onShare how much is there, 0…1
 * @throws AppError `update.refused` for a file that is cut, longer or another one, `file.unwritable`, `disk.full`
 */
export async function stageUpdate(
  { source, file }: FoundUpdate,
  target: UpdateTarget,
  onShare: (share: number) => void,
): Promise<void> {
  const staged = stagedPath(target)
  await removeEntry(staged)
  await removeEntry(previousPath(target))
  removePartsOf(staged)
  const fetched = temporaryBeside(staged)
  try {
    await fetchFile({ source, file }, fetched, onShare)
    if (target.kind === 'file') {
      await chmod(fetched, 0o755)
      await renameOver(fetched, staged)
    } else {
      await unpack(fetched, staged)
      await keepUninstaller(target.path, staged)
    }
  } finally {
    await removeEntry(fetched)
  }
}

/** The installer of Windows leaves it in the folder; no archive has it. */
async function keepUninstaller(old: string, staged: string): Promise<void> {
  const names = (await readdir(old)).filter(name => /^Uninstall .+\.exe$/.test(name))
  for (const name of names) await copyFile(path.join(old, name), path.join(staged, name))
}

async function fetchFile(
  { source, file }: Pick<FoundUpdate, 'source' | 'file'>,
  target: string,
  onShare: (share: number) => void,
): Promise<void> {
  const hash = createHash('sha512')
  let bytes = 0
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length
      if (bytes > file.bytes) {
        done(refused(source, msg('update.wrongFile')))
        return
      }
      hash.update(chunk)
      onShare(bytes / file.bytes)
      done(null, chunk)
    },
  })
  const written = createWriteStream(target, { flags: 'wx' })
  try {
    await pipeline(await openFile(source), count, written)
  } catch (error) {
    const { syscall, path: failedPath } = error as NodeJS.ErrnoException
    if (syscall === 'write' || failedPath === target) throw unwritable(target, error, file.bytes)
    throw isAppError(error) ? error : refused(source, reasonOf(error), error)
  }
  if (bytes < file.bytes) {
    throw refused(source, msg('update.cut', { bytes, limit: file.bytes }))
  }
  if (hash.digest('hex') !== file.sha512) throw refused(source, msg('update.wrongFile'))
  await flush(target)
}

/** Into a folder beside the target, which gets its name when it is whole. */
async function unpack(archive: string, target: string): Promise<void> {
  const partial = temporaryBeside(target)
  const { entries, close } = await openArchive(archive, {
    maxEntries: MAX_ENTRIES,
    fileError: error => error,
  })
  try {
    for (const entry of entries) {
      const file = path.join(partial, entry.name)
      await mkdir(path.dirname(file), { recursive: true })
      await entry.read(async stream => pipeline(stream, createWriteStream(file)))
    }
    await renameOver(partial, target)
  } catch (error) {
    throw isAppError(error) ? error : unwritable(target, error)
  } finally {
    close()
    await removeEntry(partial)
  }
}
