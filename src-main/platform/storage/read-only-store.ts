import { statSync } from 'node:fs'
import { AppError, isAppError } from '../../core/errors/errors.ts'
import { msg } from '../../core/errors/message.ts'
import { fitting } from './database-errors.ts'
import { openDatabase } from './database.ts'
import { studyReader } from './sqlite-study-reader.ts'
import { composeStore, openStoreForWriting } from './sqlite-study-store.ts'
import { StoreTables } from './store-tables.ts'
import type { StudyStore } from './study-store.ts'
import { lockedBy } from './write-lock.ts'

/** What a process does as it begins with a database, and a read-only process leaves to the one that writes. */
const beginnings: ReadonlySet<string> = new Set(['emptyBin', 'leaveOptunaStudies'])

/**
 * The store of a database that another process writes: it reads, and every method that would write throws who does.
 * @throws AppError `file.notFound`, `database.*`
 */
function openReadOnly(databasePath: string): StudyStore {
  const database = openDatabase(databasePath, { readOnly: true })
  return fitting(database, () => {
    const tables = new StoreTables(database)
    const reader = studyReader(tables)
    const refuse = (name: string) => () => {
      if (beginnings.has(name)) return []
      throw lockedBy(databasePath)
    }
    const refusals = Object.keys(composeStore(tables)).map(name => [name, refuse(name)])
    return { ...(Object.fromEntries(refusals) as StudyStore), ...reader }
  })
}

/** Whether another process writes, and read-only is what remains. */
export function isWrittenElsewhere(error: unknown): error is AppError<'database.locked'> {
  if (!isAppError(error, 'database.locked')) return false
  return error.detail.reason.code !== msg('failure.lockedByThisProcess').code
}

/** Whoever reads a file by another name than its writer misses what is in the log alone. */
function hasOtherNames(databasePath: string): boolean {
  return (statSync(databasePath, { throwIfNoEntry: false })?.nlink ?? 1) > 1
}

/**
 * Opens a database for writing, or for read-only while another process writes.
 * @throws AppError as {@link openStoreForWriting}; `database.locked` also where there is nothing yet that could be looked at, or
 * the file has several names
 */
export function openStoreOrReadOnly(databasePath: string): {
  readonly store: StudyStore
  readonly isReadOnly: boolean
} {
  try {
    return { store: openStoreForWriting(databasePath), isReadOnly: false }
  } catch (error) {
    if (!isWrittenElsewhere(error) || hasOtherNames(databasePath)) throw error
    try {
      return { store: openReadOnly(databasePath), isReadOnly: true }
    } catch {
      throw error
    }
  }
}
