import { renameSync } from 'node:fs'
import type SqliteDatabase from 'better-sqlite3'
import { isAppError } from '../contract/errors.ts'
import { unwritable } from '../contract/unwritable.ts'
import { removeEntrySync } from '../files/remove.ts'
import { removePartsOf, temporaryBeside } from '../files/temporary.ts'
import { toDatabaseError } from './database-errors.ts'

/**
 * Copies a whole database. Writes beside the target first, so that a torn copy never bears the name of a backup.
 * @throws AppError `database.full`, `disk.full`, `file.unwritable` with the path of the copy
 */
export function backUp(handle: SqliteDatabase.Database, target: string): void {
  removePartsOf(target)
  const partial = temporaryBeside(target)
  try {
    handle.prepare('VACUUM INTO ?').run(partial)
    renameSync(partial, target)
  } catch (error) {
    // The copy has no room, not the database.
    const known = toDatabaseError(error, target)
    throw isAppError(known) ? known : unwritable(target, error)
  } finally {
    removeEntrySync(partial)
  }
}
