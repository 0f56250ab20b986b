import { statSync } from 'node:fs'
import { link, mkdir, open, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { AppError } from '../../core/errors/errors.ts'
import { msg } from '../../core/errors/message.ts'
import { unwritable } from '../../core/errors/unwritable.ts'
import { renameOver } from './durable.ts'
import { removeEntry } from './remove.ts'
import { sharedMode } from './private-umask.ts'
import { removePartsOf, temporaryBeside } from './temporary.ts'

/**
 * Writes a file that the user asked for so that the path holds either the old file or the whole new one, never a part:
 * a file beside it is written, flushed to disk and renamed. Missing folders are made; what a writer left that was killed goes.
 *
 * @param replace whether a file that is there gives way
 * @returns the absolute path
 * @throws AppError `file.unwritable`; `file.exists`
 */
export async function writeOutput(
  path: string,
  content: string | Uint8Array,
  replace = true,
): Promise<string> {
  const target = resolve(path)
  const part = temporaryBeside(target)
  try {
    removePartsOf(target)
    await mkdir(dirname(target), { recursive: true })
    const file = await open(part, 'wx')
    try {
      await file.writeFile(content, 'utf8')
      await file.chmod(sharedMode((await stat(dirname(target))).mode))
      await file.sync()
    } finally {
      await file.close()
    }
    if (replace) await renameOver(part, target)
    else {
      // A link, unlike a renaming, refuses a name that is taken.
      await link(part, target)
      await removeEntry(part)
    }
  } catch (error) {
    await removeEntry(part).catch(() => undefined)
    const { code, syscall } = error as NodeJS.ErrnoException
    if (code === 'EEXIST' && syscall === 'link' && isFile(target))
      throw alreadyExists(target, error)
    throw unwritable(target, error, Buffer.byteLength(content))
  }
  return target
}

/**
 * Before long work: refuses a name that is taken.
 * @param path undefined where nothing is written
 * @throws AppError `file.exists`
 */
export function requireFree(path: string | undefined, { force = false }: Force): void {
  if (path !== undefined && !force && isFile(path)) throw alreadyExists(resolve(path))
}

/** Of a command that writes a file which the user names. */
export interface Force {
  readonly force?: boolean
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}

function alreadyExists(path: string, cause?: unknown): AppError<'file.exists'> {
  return new AppError('file.exists', { path, rule: msg('rule.forceOverwrites') }, cause)
}
