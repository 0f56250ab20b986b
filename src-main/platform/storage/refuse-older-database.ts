import { closeSync, copyFileSync, openSync, readSync, statSync } from 'node:fs'
import path from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { AppError } from '../../core/errors/errors.ts'
import { removeEntrySync } from '../files/remove.ts'
import { temporaryFolder } from '../files/temporary.ts'
import { APPLICATION_ID, firstVersion, latestVersion } from './migrations/migrate.ts'
import type { Migration } from './migrations/migration.ts'
import { sqliteName } from './sqlite-name.ts'

/** The header of a database file (SQLite format, §1.3): its name, `user_version` and `application_id`. */
const HEADER_BYTES = 100
const MAGIC = 'SQLite format 3\0'
const USER_VERSION_AT = 60
const APPLICATION_ID_AT = 68

/**
 * Refuses a database of an earlier commit before SQLite opens it: that alone would make files beside it and empty its write-ahead log.
 * Whatever else may be wrong with the file is for whoever opens it.
 * @throws AppError `database.tooOld`
 */
export function refuseOlderDatabase(file: string, migrations: readonly Migration[]): void {
  const header = readHeader(file)
  if (header === null) return
  let { owner, version } = header
  // Nothing of it is in the file yet: all waits in the log.
  if (owner === 0 && version === 0 && hasLog(file)) ({ owner, version } = readCopy(file))
  if (owner !== APPLICATION_ID || version < 1 || version >= firstVersion(migrations)) return
  const supported = latestVersion(migrations)
  throw new AppError('database.tooOld', { path: file, found: version, supported })
}

interface Header {
  readonly owner: number
  readonly version: number
}

/** @returns null for what is no database, or cannot be read */
function readHeader(file: string): Header | null {
  const bytes = Buffer.alloc(HEADER_BYTES)
  try {
    const handle = openSync(file, 'r')
    try {
      if (readSync(handle, bytes, 0, HEADER_BYTES, 0) < HEADER_BYTES) return null
    } finally {
      closeSync(handle)
    }
  } catch {
    return null
  }
  if (bytes.toString('latin1', 0, MAGIC.length) !== MAGIC) return null
  const [owner, version] = [APPLICATION_ID_AT, USER_VERSION_AT].map(at => bytes.readInt32BE(at))
  return { owner: owner as number, version: version as number }
}

function hasLog(file: string): boolean {
  return (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0
}

/** What a copy says, with what its log holds. */
function readCopy(file: string): Header {
  const folder = temporaryFolder('database')
  try {
    const copy = path.join(folder, 'copy.sqlite')
    copyFileSync(file, copy)
    copyFileSync(`${file}-wal`, `${copy}-wal`)
    const handle = new SqliteDatabase(sqliteName(copy))
    try {
      const [owner, version] = ['application_id', 'user_version'].map(name =>
        Number(handle.pragma(name, { simple: true })),
      )
      return { owner: owner as number, version: version as number }
    } finally {
      handle.close()
    }
  } catch {
    // Whoever opens the database itself finds what is wrong with it.
    return { owner: 0, version: 0 }
  } finally {
    removeEntrySync(folder)
  }
}
