import SqliteDatabase from 'better-sqlite3'
import { copyFileSync, lstatSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { removeTemporaryFolder, temporaryFolder } from '../files/temporary.ts'
import { sqliteName } from './sqlite-name.ts'

/** The copy is held in memory. */
const MAX_BYTES = 256 * 1024 * 1024
/** At the end of a journal that names another file; SQLite would remove that one, whosever it is. */
const NAMES_OTHER_FILE = Buffer.from('d9d505f920a163d7', 'hex')

/** Whether a database cannot be read because its writer was killed in the middle of a change. */
export function isInterrupted(error: unknown): boolean {
  return error instanceof SqliteDatabase.SqliteError && error.code === 'SQLITE_READONLY_ROLLBACK'
}

/**
 * A database whose writer was killed in the middle of a change, without that change. SQLite takes a change back only where it may write, so
 * that this is done with a copy: the files of somebody else stay as they are.
 * @returns only to be read; null where it is too large, or others are at work on it
 */
export function openInterrupted(file: string): SqliteDatabase.Database | null {
  const files = [file, `${file}-journal`]
  const before = files.map(stateOf)
  if (
    before.includes(null) ||
    before.reduce((sum, state) => sum + (state?.size ?? 0), 0) > MAX_BYTES
  )
    return null
  const folder = temporaryFolder('interrupted')
  try {
    const copy = path.join(folder, 'copy.sqlite')
    const journal = `${copy}-journal`
    copyFileSync(`${file}-journal`, journal)
    copyFileSync(file, copy)
    const isSame = isDeepStrictEqual(files.map(stateOf), before)
    if (!isSame || readFileSync(journal).subarray(-8).equals(NAMES_OTHER_FILE)) return null
    return openRecovered(copy)
  } finally {
    void removeTemporaryFolder(folder)
  }
}

function openRecovered(copy: string): SqliteDatabase.Database | null {
  const database = new SqliteDatabase(sqliteName(copy), { fileMustExist: true })
  try {
    database.pragma('trusted_schema = 0')
    database.pragma('mmap_size = 0')
    // The first look takes the change back. How many pages there were is what the journal says.
    database.pragma('schema_version')
    const [pages, pageBytes] = ['page_count', 'page_size'].map(name =>
      Number(database.pragma(name, { simple: true })),
    ) as [number, number]
    if (pages * pageBytes > MAX_BYTES) return null
    return new SqliteDatabase(database.serialize(), { readonly: true })
  } finally {
    database.close()
  }
}

/** Null if there is no such plain file. */
function stateOf(file: string) {
  const stats = lstatSync(file, { throwIfNoEntry: false })
  if (stats?.isFile() !== true) return null
  return { inode: stats.ino, size: stats.size, modifiedMs: stats.mtimeMs }
}
