import { readFileSync } from 'node:fs'
import path from 'node:path'
import { deserialize, serialize } from 'node:v8'
import { replacePrivateFileSync } from '../files/owner-only.ts'
import { removePartsOf } from '../files/temporary.ts'

const name = 'state'

/** Replaces the state of a module's trial as a whole: a kill leaves the old one or the new one. */
export function writeModuleState(directory: string, state: unknown): void {
  const file = path.join(directory, name)
  removePartsOf(file)
  replacePrivateFileSync(file, serialize(state))
}

/** The state that an earlier attempt saved; null if none. */
export function readModuleState(directory: string): unknown {
  try {
    return deserialize(readFileSync(path.join(directory, name)))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
