import { renameSync } from 'node:fs'
import type SqliteDatabase from 'better-sqlite3'
import { removeEntrySync } from '../files/remove.ts'
import { removePartsOf, temporaryBeside } from '../files/temporary.ts'

/** Copies a whole database. Writes beside the target first, so that a torn copy never bears the name of a backup. */
export function backUp(handle: SqliteDatabase.Database, target: string): void {
  removePartsOf(target)
  const partial = temporaryBeside(target)
  try {
    handle.prepare('VACUUM INTO ?').run(partial)
    renameSync(partial, target)
  } finally {
    removeEntrySync(partial)
  }
}
