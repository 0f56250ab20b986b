import { lstatSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'

const endings = ['.exe', '.com']

/**
 * A program of the machine as `spawn` takes it. By its name alone Windows would look into the current folder first, and run whatever came
 * with a study that somebody looks at.
 * @returns on Windows a path; of what is not there one that is not there either
 */
export function executableOnPath(
  name: string,
  system: NodeJS.Platform = process.platform,
  environment: NodeJS.ProcessEnv = process.env,
): string {
  if (system !== 'win32' || /[\\/]/.test(name)) return name
  const systemFolder = path.win32.join(environment['SystemRoot'] ?? 'C:\\Windows', 'System32')
  const isWhole = endings.includes(path.win32.extname(name).toLowerCase())
  const files = isWhole ? [name] : endings.map(ending => name + ending)
  const executable = [...foldersOfPath(environment['PATH'] ?? '', system), systemFolder]
    .flatMap(folder => files.map(file => path.win32.join(folder, file)))
    .find(isPlaced)
  return executable ?? path.win32.join(systemFolder, files[0] ?? name)
}

/**
 * The folders that a PATH names. On Windows it may hold quotes, also around `;`; its empty and relative places would be folders of a
 * study, and are left out.
 */
export function foldersOfPath(
  variable: string,
  system: NodeJS.Platform = process.platform,
): string[] {
  if (system !== 'win32') return variable.split(':')
  const folders = variable.match(/(?:"[^"]*"|[^;"])+/g) ?? []
  return (
    folders
      .map(folder => folder.replaceAll('"', ''))
      // `\tools` is a place on whatever drive is the current one.
      .filter(folder => /^(?:[a-z]:|[\\/])[\\/]/i.test(folder))
  )
}

/** Whether a file is there. An application of Microsoft's Store is a link that only Windows itself can follow. */
export function isPlaced(file: string): boolean {
  try {
    return lstatSync(file, { throwIfNoEntry: false })?.isDirectory() === false
  } catch {
    // A locked drive, or a share that is away.
    return false
  }
}
