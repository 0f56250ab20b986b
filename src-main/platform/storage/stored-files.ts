import path from 'node:path'
import { msg } from '../../core/errors/message.ts'
import { isAbsoluteSomewhere, leadsInto, partsOf, storedWithin } from '../files/own-path.ts'
import { StoredValueError } from './database-errors.ts'

/** So much of a path that breaks the rule is said. */
const SHOWN_LENGTH = 200

/**
 * The files that a column names, relative to the folder of the database that they belong to. Since a file from elsewhere may say
 * anything there, a path that leads out of the folder, by itself or by a link, is damage. Absolute paths remain from databases before
 * format 9, where files lay elsewhere: they are read, and never removed.
 */
export class StoredFiles {
  readonly #column: string
  readonly #root: string | null

  /** @param root null for a database in memory, which keeps paths as they are */
  constructor(column: string, root: string | null) {
    this.#column = column
    this.#root = root
  }

  toStored(file: string): string {
    return this.#root === null ? file : (storedWithin(this.#root, file) ?? file)
  }

  /** @throws StoredValueError */
  toFile(stored: string): string {
    const root = this.#root
    if (root === null) return stored
    const parts = partsOf(stored)
    if (parts === null) {
      if (!isAbsoluteSomewhere(stored) || stored.includes('\0')) throw this.#outside(stored)
      // A path of another system is no path here.
      return path.isAbsolute(stored) ? stored : path.join(root, encodeURIComponent(stored))
    }
    const file = path.join(root, ...parts)
    if (!leadsInto(root, file)) throw this.#outside(stored)
    return file
  }

  #outside(stored: string): StoredValueError {
    const shortPath = stored.slice(0, SHOWN_LENGTH)
    return new StoredValueError(
      msg('failure.pathOutside', { column: this.#column, path: shortPath }),
    )
  }
}
