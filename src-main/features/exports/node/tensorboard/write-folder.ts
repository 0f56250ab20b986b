import { msg } from '../../../../core/errors/message.ts'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { AppError, isAppError } from '../../../../core/errors/errors.ts'
import { unwritable } from '../../../../core/errors/unwritable.ts'
import { renameOver } from '../../../../platform/files/durable.ts'
import { removeEntry } from '../../../../platform/files/remove.ts'
import { removePartsOf, temporaryBeside } from '../../../../platform/files/temporary.ts'
import { tensorboardRuns } from './tensorboard-runs.ts'
import type { StudySnapshot } from '../../../../core/study/study.ts'

/**
 * Writes a study as a log folder of TensorBoard: whole or not at all, and never into a folder that is there, whose runs
 * TensorBoard would mix with these.
 * @returns the absolute path
 * @throws AppError `file.exists`, `file.unwritable`
 */
export async function writeTensorboardFolder(
  target: string,
  snapshot: StudySnapshot,
): Promise<string> {
  const folder = path.resolve(target)
  const partial = temporaryBeside(folder)
  try {
    if (existsSync(folder)) throw alreadyThere(folder)
    removePartsOf(folder)
    await mkdir(partial, { recursive: true })
    for (const [name, bytes] of tensorboardRuns(snapshot)) {
      const file = path.join(partial, name)
      await mkdir(path.dirname(file), { recursive: true })
      await writeFile(file, bytes)
    }
    await renameOver(partial, folder)
  } catch (error) {
    await removeEntry(partial)
    if (isAppError(error)) throw error
    const { code = '' } = error as NodeJS.ErrnoException
    throw ['EEXIST', 'ENOTEMPTY', 'ENOTDIR'].includes(code) && existsSync(folder)
      ? alreadyThere(folder, error)
      : unwritable(folder, error)
  }
  return folder
}

function alreadyThere(folder: string, cause?: unknown): AppError<'file.exists'> {
  return new AppError('file.exists', { path: folder, rule: msg('rule.otherName') }, cause)
}
