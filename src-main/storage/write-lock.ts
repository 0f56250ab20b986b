import SqliteDatabase from 'better-sqlite3'
import { AppError, isAppError } from '../contract/errors.ts'
import { type Fact, fact } from '../contract/fact.ts'
import { isRunning } from '../files/temporary.ts'
import { toDatabaseError } from './database-errors.ts'

/** Long enough to read past the instant in which another process notes its id, in milliseconds. */
const OWNER_READ_TIMEOUT_MS = 500

/** The right to write one database; ends with `release` or with the process, whichever is first. */
export interface WriteLock {
  release(): void
}

/**
 * Takes the right to write `databasePath`, or throws `database.locked` that names the process
 * which has it.
 *
 * The lock is an open write transaction on the small file `<database>.lock`. The operating system
 * drops it with the process, so kill -9 and power loss leave nothing to clean up, and it works the
 * same on every system that SQLite works on. A write transaction lets others read, which is how
 * they learn the id of the owner (kept in `user_version`). The file stays when the lock ends:
 * deleting it could take it away from under a process that just opened it.
 *
 * @throws AppError `database.locked`, `database.readOnly`, `database.full`, `database.corrupt`
 */
export function takeWriteLock(databasePath: string): WriteLock {
  const lockPath = `${databasePath}.lock`
  let handle: SqliteDatabase.Database | null = null
  try {
    handle = new SqliteDatabase(lockPath, { timeout: 0 })
    // Nothing in this file must survive a power loss.
    handle.pragma('synchronous = OFF')
    handle.exec('BEGIN IMMEDIATE')
    handle.pragma(`user_version = ${process.pid}`)
    handle.exec('COMMIT')
    handle.exec('BEGIN IMMEDIATE')
    return createLock(handle)
  } catch (error) {
    handle?.close()
    throw lockError(toDatabaseError(error, databasePath), databasePath, lockPath)
  }
}

/**
 * Whether the process that last wrote the database still runs. A study that says `running` without one
 * was interrupted. Looks at the noted process id only, so that it never stands in a writer's way.
 */
export function writerIsAlive(databasePath: string): boolean {
  const owner = readOwner(`${databasePath}.lock`)
  return owner !== null && isRunning(owner)
}

function createLock(handle: SqliteDatabase.Database): WriteLock {
  return {
    release() {
      if (handle.open) handle.close()
    },
  }
}

function lockError(error: unknown, databasePath: string, lockPath: string): unknown {
  if (isAppError(error, 'database.locked')) {
    const detail = { path: databasePath, reason: lockReason(lockPath) }
    return new AppError('database.locked', detail, error)
  }
  // It is not the database that is damaged.
  if (isAppError(error, 'database.corrupt')) {
    const reason = fact('failure.damagedLock', { reason: error.detail.reason })
    return new AppError('database.corrupt', { path: lockPath, reason }, error)
  }
  return error
}

function lockReason(lockPath: string): Fact {
  const owner = readOwner(lockPath)
  return owner === null
    ? fact('failure.lockedBy')
    : fact(owner === process.pid ? 'failure.lockedHere' : 'failure.lockedBy', { process: owner })
}

function readOwner(lockPath: string): number | null {
  let handle: SqliteDatabase.Database | null = null
  try {
    handle = new SqliteDatabase(lockPath, { readonly: true, timeout: OWNER_READ_TIMEOUT_MS })
    const owner = Number(handle.pragma('user_version', { simple: true }))
    return owner > 0 ? owner : null
  } catch {
    // Only the text of the message depends on it.
    return null
  } finally {
    handle?.close()
  }
}
