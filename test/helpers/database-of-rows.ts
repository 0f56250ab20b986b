import { readFileSync } from 'node:fs'
import { openDatabase } from '../../src-main/platform/storage/database.ts'

/** Rows by table, each with a value for every column that is named. */
export type DatabaseRows = Readonly<
  Record<string, { readonly columns: readonly string[]; readonly rows: readonly unknown[][] }>
>

/** Makes a database of today's schema from the rows in a file of JSON, as a program on another system wrote them. */
export function makeDatabaseOfRows(file: string, rowsFile: string): void {
  const tables = JSON.parse(readFileSync(rowsFile, 'utf8')) as DatabaseRows
  const database = openDatabase(file)
  const { handle } = database
  try {
    handle.pragma('foreign_keys = OFF')
    database.write(() => {
      // Rows of finished trials are guarded.
      const triggers = handle
        .prepare<[], { name: string; sql: string }>(
          `SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'`,
        )
        .all()
      for (const { name } of triggers) handle.exec(`DROP TRIGGER ${name}`)
      for (const [table, { columns, rows }] of Object.entries(tables)) {
        const placeholders = columns.map(() => '?').join()
        const insert = handle.prepare(
          `INSERT INTO ${table} (${columns.join()}) VALUES (${placeholders})`,
        )
        for (const row of rows) insert.run(...row)
      }
      for (const { sql } of triggers) handle.exec(sql)
    })
  } finally {
    database.close()
  }
}
