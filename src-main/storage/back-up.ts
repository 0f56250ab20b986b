import { renameSync, rmSync } from 'node:fs'
import type SqliteDatabase from 'better-sqlite3'

/** Copies a whole database. Writes beside the target first, so that a torn copy never bears the name of a backup. */
export function backUp(handle: SqliteDatabase.Database, target: string): void {
  const partial = `${target}.partial`
  rmSync(partial, { force: true })
  try {
    handle.prepare('VACUUM INTO ?').run(partial)
    renameSync(partial, target)
  } finally {
    rmSync(partial, { force: true })
  }
}
