import path from 'node:path'
import { platform } from 'node:process'

/** Windows has room for 259 letters; SQLite adds up to eight, as in `-journal`. */
const LONGEST_PLAIN_NAME = 251

/**
 * A file as SQLite opens it. On Windows it hands names on as they are, and the system takes long ones only where they begin with `\\?\`; what
 * Node does with files itself has that already.
 */
export function sqliteName(file: string, system: NodeJS.Platform = platform): string {
  if (system !== 'win32' || file.length <= LONGEST_PLAIN_NAME) return file
  return path.win32.toNamespacedPath(file)
}
