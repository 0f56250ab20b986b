import SqliteDatabase from 'better-sqlite3'
import { statSync } from 'node:fs'
import { invalidData } from '../../../core/errors/invalid-data.ts'
import { msg } from '../../../core/errors/message.ts'
import { isInterrupted, openInterrupted } from '../../../platform/storage/interrupted-database.ts'
import { sqliteName } from '../../../platform/storage/sqlite-name.ts'
import { importLimitBytes } from './import-limits.ts'

/**
 * Opens a database that another program wrote, for reading only, with SQLite's defenses against hostile files on.
 * @throws AppError `data.invalid` where it is too large; what SQLite throws for a file that it cannot open
 */
export function openForeignDatabase(file: string): SqliteDatabase.Database {
  const limit = importLimitBytes()
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0
  if (size > limit) throw invalidData(file, 'size', size, msg('rule.bytes.atMost', { limit }))
  const database = new SqliteDatabase(sqliteName(file), {
    readonly: true,
    fileMustExist: true,
    timeout: 5_000,
  })
  try {
    return defended(database)
  } catch (error) {
    database.close()
    const interrupted = isInterrupted(error) ? openInterrupted(file) : null
    if (interrupted === null) throw error
    return defended(interrupted)
  }
}

function defended(database: SqliteDatabase.Database): SqliteDatabase.Database {
  for (const pragma of [
    'trusted_schema = 0',
    'cell_size_check = 1',
    'query_only = 1',
    'mmap_size = 0',
  ])
    database.pragma(pragma)
  // The first look at the file.
  database.pragma('schema_version')
  return database
}
