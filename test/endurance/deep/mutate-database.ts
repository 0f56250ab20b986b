import SqliteDatabase from 'better-sqlite3'
import type { RandomStream } from '../../../src-main/math/random/random-stream.ts'
import { mutateJsonText } from './mutate-json.ts'

const values: readonly unknown[] = [
  null,
  '',
  'a',
  '0',
  '..',
  '../../x',
  '/etc/passwd',
  'C:\\x\\y',
  '__proto__',
  '\u202e',
  '{',
  '[]',
  '{}',
  'null',
  0,
  1,
  -1,
  2,
  0.5,
  1e300,
  -1e300,
  2n ** 62n,
  -(2n ** 62n),
  255,
  65_536,
  Buffer.alloc(0),
  Buffer.alloc(7, 1),
  Buffer.alloc(8, 255),
  'x'.repeat(50_000),
]
const MAX_CHANGES = 3
/** Bytes 18 and 19 of a database say how it is written; 1 is a rollback journal, as in memory. */
const [WRITE_VERSION, READ_VERSION] = [18, 19]

type Row = Readonly<Record<string, unknown>>

/** Changes cells of a database, within JSON too, removes rows and doubles them; checks of the tables are not asked. */
export function mutateDatabase(content: Buffer, random: RandomStream): Buffer {
  return inDatabase(content, handle => {
    const pick = <Item>(items: readonly Item[]): Item => items[random.integer(items.length)] as Item
    const tables = handle
      .prepare<[], { name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table'")
      .all()
      .filter(({ name }) => rowsOf(handle, name).length > 0)
    for (let change = 1 + random.integer(MAX_CHANGES); change > 0; change--) {
      const { name } = pick(tables)
      const rows = rowsOf(handle, name)
      if (rows.length === 0) continue
      const row = pick(rows)
      const [, column = ''] = [null, pick(Object.keys(row).filter(key => key !== 'own row'))]
      const old = row[column]
      const isText = typeof old === 'string' && random.uniform() < 0.7
      const value = isText ? mutateJsonText(old, random) : pick([...values, pick(rows)[column]])
      const kind = random.integer(12)
      try {
        if (kind === 0) handle.prepare(`DELETE FROM "${name}" WHERE rowid = ?`).run(row['own row'])
        else if (kind === 1) handle.pragma(`user_version = ${random.integer(20) - 1}`)
        else
          handle
            .prepare(`UPDATE "${name}" SET "${column}" = ? WHERE rowid = ?`)
            .run(value, row['own row'])
      } catch {
        // A table that lets no other type in.
      }
    }
  })
}

/** Changes a database in memory. @returns its bytes */
export function inDatabase(
  content: Buffer,
  change: (handle: SqliteDatabase.Database) => void,
): Buffer {
  const copy = Buffer.from(content)
  copy[WRITE_VERSION] = 1
  copy[READ_VERSION] = 1
  const handle = new SqliteDatabase(copy)
  try {
    handle.defaultSafeIntegers(true)
    handle.pragma('foreign_keys = OFF')
    handle.pragma('ignore_check_constraints = ON')
    // Rows that may only be added are changed as well; the triggers that say so are there again afterwards.
    const triggers = handle
      .prepare<[], { name: string; sql: string }>(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'",
      )
      .all()
    for (const { name } of triggers) handle.exec(`DROP TRIGGER "${name}"`)
    change(handle)
    for (const { sql } of triggers) handle.exec(sql)
    return handle.serialize()
  } finally {
    handle.close()
  }
}

function rowsOf(handle: SqliteDatabase.Database, table: string): Row[] {
  try {
    return handle.prepare<[], Row>(`SELECT rowid AS "own row", * FROM "${table}" LIMIT 50`).all()
  } catch {
    // A table without numbers of rows.
    return []
  }
}
