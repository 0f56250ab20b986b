import SqliteDatabase from 'better-sqlite3'
import { msg } from '../../core/errors/message.ts'
import { StoredValueError, withDatabaseErrors } from './database-errors.ts'
import { openDatabase, type StoreDatabase } from './database.ts'
import { migrate, readSchemaVersion } from './migrations/migrate.ts'
import { migrations } from './migrations/migrations.ts'
import { refuseOlderDatabase } from './refuse-older-database.ts'
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

/** @throws StoredValueError that names the first object which is not as the steps of the schema make it */
function requireSchema(handle: SqliteDatabase.Database, version: number): void {
  const expected = ownSchema(version)
  const actual = schemaOf(handle)
  for (const name of new Set([...expected.keys(), ...actual.keys()])) {
    if (expected.get(name) === actual.get(name)) continue
    throw new StoredValueError(msg('failure.otherSchema', { name: name.slice(0, 100), version }))
  }
}

/** As the steps up to a version make it. */
function ownSchema(version: number): Map<string, string> {
  const handle = new SqliteDatabase(':memory:')
  try {
    migrate(
      handle,
      ':memory:',
      migrations.filter(step => step.version <= version),
    )
    return schemaOf(handle)
  } finally {
    // Nobody else would: each bundle that is read would keep one.
    handle.close()
  }
}

/** Definitions by kind and name; versions of SQLite differ in quotes and spaces. Statistics are tables of SQLite's own. */
function schemaOf(handle: SqliteDatabase.Database): Map<string, string> {
  const rows = handle
    .prepare<[], [type: string, name: string, table: string, sql: string | null]>(
      'SELECT type, name, tbl_name, sql FROM sqlite_schema',
    )
    .raw()
    .all()
  return new Map(
    rows
      .filter(([, name]) => !/^sqlite_stat[14]$/.test(name))
      .map(([type, name, table, sql]) => [
        `${type} ${name}`,
        `${table}: ${(sql ?? '').replace(/[\s"]+/g, '')}`,
      ]),
  )
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
