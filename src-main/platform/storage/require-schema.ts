import SqliteDatabase from 'better-sqlite3'
import { msg } from '../../core/errors/message.ts'
import { StoredValueError } from './database-errors.ts'
import { migrate } from './migrations/migrate.ts'
import type { Migration } from './migrations/migration.ts'
import { migrations as allMigrations } from './migrations/migrations.ts'

/**
 * Whether a database has the tables, indexes and triggers that the steps of its schema make, and nothing else: a view, a trigger or an
 * expression of somebody else's would change or hold up whatever is written and read. Costs some 3 ms.
 * @throws StoredValueError that names the first object which is not as it should be
 */
export function requireSchema(
  handle: SqliteDatabase.Database,
  version: number,
  migrations: readonly Migration[] = allMigrations,
): void {
  const expected = ownSchema(version, migrations)
  const actual = schemaOf(handle)
  for (const name of new Set([...expected.keys(), ...actual.keys()])) {
    if (expected.get(name) === actual.get(name)) continue
    throw new StoredValueError(msg('failure.otherSchema', { name: name.slice(0, 100), version }))
  }
}

/** As the steps up to a version make it. */
function ownSchema(version: number, migrations: readonly Migration[]): Map<string, string> {
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
