import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** What a folder of the kernel holds, by name; none where it is not there. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort()
  } catch {
    return []
  }
}

/** Null where there is no such file, or the driver does not answer. */
export function textIn(folder: string, file: string): string | null {
  try {
    return readFileSync(path.join(folder, file), 'utf8').trim()
  } catch {
    return null
  }
}
