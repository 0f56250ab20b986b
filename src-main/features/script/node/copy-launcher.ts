import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { AppError, isAppError } from '../../../core/errors/errors.ts'
import { msg } from '../../../core/errors/message.ts'
import { launcherName } from '../../../interop/python-script/write-script-study.ts'
import { fileError } from '../../../platform/files/read-within.ts'
import { writeOutput } from '../../../platform/files/write-output.ts'

const launcher = new URL(`../../../../resources/script/${launcherName}`, import.meta.url)

/**
 * Copies the launcher of scripts into a folder. A file of its name and content stays as it is.
 * @throws AppError `file.exists` where a file of its name has other content; `file.unreadable`, `file.unwritable`
 */
export async function copyLauncher(folder: string): Promise<void> {
  const target = path.join(folder, launcherName)
  const content = readFileSync(launcher)
  if (isSameFile(target, content)) return
  try {
    await writeOutput(target, content, false)
  } catch (error) {
    throw isAppError(error, 'file.exists') ? otherFile(target) : error
  }
}

/**
 * Before anything else is written: refuses a folder with another file of the launcher's name.
 * @throws AppError `file.exists`, `file.unreadable`
 */
export function requireLauncherFree(folder: string): void {
  const target = path.join(folder, launcherName)
  if (existsSync(target) && !isSameFile(target, readFileSync(launcher))) throw otherFile(target)
}

/** Whether the launcher lies in a folder; another file of its name does not count. */
export function hasLauncher(folder: string): boolean {
  return isSameFile(path.join(folder, launcherName), readFileSync(launcher))
}

function isSameFile(file: string, content: Buffer): boolean {
  if (!existsSync(file)) return false
  try {
    return readFileSync(file).equals(content)
  } catch (error) {
    throw fileError(error, file, 'launcher')
  }
}

function otherFile(file: string): AppError<'file.exists'> {
  return new AppError('file.exists', { path: file, rule: msg('rule.otherLauncher') })
}
