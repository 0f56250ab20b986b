import { closeSync, openSync } from 'node:fs'
import type SqliteDatabase from 'better-sqlite3'
import { AppError, isAppError } from '../../core/errors/errors.ts'
import { unwritable } from '../../core/errors/unwritable.ts'
import { renameOverSync } from '../files/durable.ts'
import { removeEntrySync } from '../files/remove.ts'
import { removePartsOf, temporaryBeside } from '../files/temporary.ts'
import { toDatabaseError } from './database-errors.ts'
import { sqliteName } from './sqlite-name.ts'

/**
 * Copies a whole database. Writes beside the target first, so that a torn copy never bears the name of a backup.
 * @throws AppError `disk.full`, `file.unwritable` with the path of the copy; `database.*` with that of the database
 */
export function backUp(handle: SqliteDatabase.Database, target: string): void {
  removePartsOf(target)
  const partial = temporaryBeside(target)
  try {
    // SQLite does not say why a file cannot be made; the file system does.
    closeSync(openSync(partial, 'wx', 0o600))
    handle.prepare('VACUUM INTO ?').run(sqliteName(partial))
    renameOverSync(partial, target)
  } catch (error) {
    const databaseError = toDatabaseError(error, handle.name)
    if (!isAppError(databaseError)) throw unwritable(target, error, bytesOf(handle))
    if (!isAppError(databaseError, 'database.full')) throw databaseError
    // The copy has no room, not the database.
    const { reason } = databaseError.detail
    throw new AppError('disk.full', { path: target, bytes: bytesOf(handle), reason }, error)
  } finally {
    removeEntrySync(partial)
  }
}

function bytesOf(handle: SqliteDatabase.Database): number {
  const [pages, pageBytes] = ['page_count', 'page_size'].map(name =>
    Number(handle.pragma(name, { simple: true })),
  )
  return (pages ?? 0) * (pageBytes ?? 0)
}
