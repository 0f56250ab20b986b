import { msg } from '../../../../core/errors/message.ts'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../../../../core/errors/errors.ts'
import { unwritable } from '../../../../core/errors/unwritable.ts'
import { removeEntry } from '../../../../platform/files/remove.ts'
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
  try {
    await mkdir(path.dirname(folder), { recursive: true })
    await mkdir(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST')
      throw new AppError('file.exists', { path: folder, rule: msg('rule.otherName') }, error)
    throw unwritable(folder, error)
  }
  try {
    for (const [name, bytes] of tensorboardRuns(snapshot)) {
      const file = path.join(folder, name)
      await mkdir(path.dirname(file), { recursive: true })
      await writeFile(file, bytes)
    }
  } catch (error) {
    await removeEntry(folder)
    throw unwritable(folder, error)
  }
  return folder
}
