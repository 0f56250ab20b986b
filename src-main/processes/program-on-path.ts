import { lstatSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'

const endings = ['.exe', '.com']

/**
 * A program of the machine as `spawn` takes it. By its name alone Windows would look into the current folder first, and run whatever came
 * with a study that somebody looks at.
 * @returns on Windows a path; of what is not there one that is not there either
 */
export function programOnPath(
  name: string,
  system: NodeJS.Platform = process.platform,
  environment: NodeJS.ProcessEnv = process.env,
): string {
  if (system !== 'win32' || /[\\/]/.test(name)) return name
  const own = path.win32.join(environment['SystemRoot'] ?? 'C:\\Windows', 'System32')
  const named = (environment['PATH'] ?? '').split(';').map(folder => folder.replaceAll('"', ''))
  const isWhole = endings.includes(path.win32.extname(name).toLowerCase())
  const files = isWhole ? [name] : endings.map(ending => name + ending)
  const found = [...named.filter(folder => path.win32.isAbsolute(folder)), own]
    .flatMap(folder => files.map(file => path.win32.join(folder, file)))
    .find(isFile)
  return found ?? path.win32.join(own, files[0] ?? name)
}

/** An application of Microsoft's Store is a link that only Windows itself can follow. */
function isFile(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false })?.isDirectory() === false
}
