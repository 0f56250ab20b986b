import SqliteDatabase from 'better-sqlite3'
import { msg } from '../../core/errors/message.ts'
import { StoredValueError, withDatabaseErrors } from './database-errors.ts'
import { openDatabase, type StoreDatabase } from './database.ts'
import { readSchemaVersion } from './migrations/migrate.ts'
import { migrations } from './migrations/migrations.ts'
import { refuseOlderDatabase } from './refuse-older-database.ts'
import { requireSchema } from './require-schema.ts'
import { sqliteName } from './sqlite-name.ts'

/**
 * Opens a database that somebody else may have made, once its schema is known to be ours: a view, a trigger or an expression of theirs is
 * never evaluated. An older one is brought to the newest schema.
 * @param file may be changed
 * @throws AppError `database.corrupt`, `database.tooOld`, `database.future`
 */
export function openForeignDatabase(file: string): StoreDatabase {
  refuseOlderDatabase(file, migrations)
  withDatabaseErrors(file, () => {
    const handle = new SqliteDatabase(sqliteName(file), { readonly: true, fileMustExist: true })
    try {
      for (const pragma of ['trusted_schema = 0', 'cell_size_check = 1', 'mmap_size = 0']) {
        handle.pragma(pragma)
      }
      const version = readSchemaVersion(handle, file, migrations)
      requireSchema(handle, version)
      requireWhole(handle)
    } finally {
      handle.close()
    }
  })
  return openDatabase(file, { isShared: true })
}

/** @throws StoredValueError with the first findings */
function requireWhole(handle: SqliteDatabase.Database): void {
  const findings = handle.prepare<[], string>('PRAGMA integrity_check(5)').pluck().all()
  if (findings.length !== 1 || findings[0] !== 'ok') {
    throw new StoredValueError(msg('failure.integrity', { findings }))
  }
  const lost = handle.pragma('foreign_key_check') as { readonly table: string }[]
  if (lost.length > 0) {
    const findings = [...new Set(lost.map(({ table }) => table))]
    throw new StoredValueError(msg('failure.integrity', { findings }))
  }
}
