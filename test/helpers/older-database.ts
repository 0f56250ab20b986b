import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { APPLICATION_ID } from '../../src-main/platform/storage/migrations/migrate.ts'

/** What waits in the write-ahead log, as after a process that was killed. */
export type LogContent = 'nothing' | 'rows' | 'everything'

/**
 * Makes a database as an earlier commit left it, with the files beside it: marked as ours, with an old number of the schema.
 * @param version less than that of the first schema
 */
export function makeOlderDatabase(file: string, version: number, log: LogContent = 'rows'): void {
  const made = `${file}.made`
  const handle = new SqliteDatabase(made)
  try {
    handle.pragma('journal_mode = WAL')
    handle.pragma('wal_autocheckpoint = 0')
    handle.transaction(() => {
      handle.exec(`CREATE TABLE store_state (id INTEGER PRIMARY KEY, cleanly_closed INTEGER NOT NULL) STRICT;
        INSERT INTO store_state VALUES (1, 1);
        CREATE TABLE studies (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
        INSERT INTO studies VALUES (1, 'of an earlier commit')`)
      handle.pragma(`application_id = ${APPLICATION_ID}`)
      handle.pragma(`user_version = ${version}`)
    })()
    if (log !== 'everything') handle.pragma('wal_checkpoint(TRUNCATE)')
    if (log === 'rows') handle.exec(`INSERT INTO studies VALUES (2, 'in the log')`)
    copyFileSync(made, file)
    if (log !== 'nothing') copyFileSync(`${made}-wal`, `${file}-wal`)
  } finally {
    handle.close()
    rmSync(made)
  }
  const { dir, name } = path.parse(file)
  const artifacts = path.join(dir, `${name}-artifacts/1/0`)
  mkdirSync(artifacts, { recursive: true })
  writeFileSync(path.join(artifacts, 'best.bin'), 'weights')
}

/** SHA-256 of every file below a folder, by its path; folders have none. */
export function hashesBelow(folder: string): Record<string, string | null> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  return Object.fromEntries(
    entries
      .map((entry): [string, string | null] => {
        const file = path.join(entry.parentPath, entry.name)
        const hash = entry.isFile()
          ? createHash('sha256').update(readFileSync(file)).digest('hex')
          : null
        return [path.relative(folder, file), hash]
      })
      .sort(([first], [other]) => first.localeCompare(other)),
  )
}
