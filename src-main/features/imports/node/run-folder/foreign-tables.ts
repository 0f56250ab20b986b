import type SqliteDatabase from 'better-sqlite3'
import { AppError } from '../../../../core/errors/errors.ts'
import { invalidData } from '../../../../core/errors/invalid-data.ts'
import { msg } from '../../../../core/errors/message.ts'
import { toDatabaseError } from '../../../../platform/storage/database-errors.ts'
import { openForeignDatabase } from '../foreign-database.ts'

/** Tables that a reader needs, by name, with their columns. */
type WantedTables = Readonly<Record<string, readonly string[]>>

export type ForeignRow = Readonly<Record<string, unknown>>

/**
 * Works with a database that another program wrote. Views, virtual
 * tables and computed columns could run what their author wrote: a database with one in the place of a wanted table is none of this program.
 * @returns null where it has no such tables
 * @throws AppError `data.invalid` where it is damaged or too large, `file.*`, `database.locked`
 */
export function withTables<Result>(
  file: string,
  wanted: WantedTables,
  work: (database: SqliteDatabase.Database) => Result,
): Result | null {
  let database: SqliteDatabase.Database | null = null
  try {
    database = openForeignDatabase(file)
    const open = database
    return open.transaction(() => (hasTables(open, wanted) ? work(open) : null))()
  } catch (error) {
    const typed = toDatabaseError(error, file)
    if (typed instanceof AppError && typed.code === 'database.corrupt')
      throw invalidData(file, 'file', 'bytes', msg('rule.undamaged', { format: 'SQLite' }))
    throw typed
  } finally {
    database?.close()
  }
}

function hasTables(database: SqliteDatabase.Database, wanted: WantedTables): boolean {
  return Object.entries(wanted).every(([name, columns]) => {
    const table = database
      .prepare<[string], ForeignRow>('SELECT type, sql FROM sqlite_schema WHERE name = ?')
      .get(name)
    if (table?.['type'] !== 'table' || /^\s*create\s+virtual/i.test(String(table['sql'])))
      return false
    const present = database.pragma(`table_xinfo("${name}")`) as readonly {
      readonly name: string
      readonly hidden: number
    }[]
    return columns.every(column =>
      present.some(other => other.name === column && other.hidden === 0),
    )
  })
}
