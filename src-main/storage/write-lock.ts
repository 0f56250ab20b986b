import { existsSync, type Stats, statSync } from 'node:fs'
import path from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { AppError, isAppError } from '../contract/errors.ts'
import { type Fact, fact } from '../contract/fact.ts'
import { isRunning } from '../files/temporary.ts'
import { toDatabaseError } from './database-errors.ts'
import { locksFolder, makeLocksFolder } from './shared-places.ts'

/** Long enough for the look of another process at who writes, in milliseconds. */
const LOOK_TIMEOUT_MS = 100

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
 * @throws AppError `database.locked`, `database.readOnly`, `database.full`, `database.corrupt`, `file.unreadable`; `disk.full`, `file.unwritable`
 * for the folder of locks
 */
export function takeWriteLock(databasePath: string): WriteLock {
  const lock = lockFile(`${databasePath}.lock`, databasePath)
  const file = statSync(databasePath, { throwIfNoEntry: false })
  if (file === undefined || file.nlink < 2) return lock
  try {
    return withOtherNames(lock, databasePath, file)
  } catch (error) {
    lock.release()
    throw error
  }
}

/**
 * A file with several names (hard links) has one lock beside each, and SQLite's log would be another one under each: whoever opens it by
 * one of them has to know about the others. They meet at a lock that is named after the file itself; who opened it while it had one
 * name holds the lock that SQLite keeps on it.
 */
function withOtherNames(own: WriteLock, databasePath: string, { dev, ino }: Stats): WriteLock {
  const folder = locksFolder()
  makeLocksFolder(folder)
  const sharedPath = path.join(folder, `${dev}-${ino}.lock`)
  const shared = lockFile(sharedPath, databasePath, sharedPath)
  let handle: SqliteDatabase.Database | null = null
  try {
    handle = new SqliteDatabase(databasePath, { timeout: 0 })
    handle.pragma('locking_mode = EXCLUSIVE')
    handle.exec('BEGIN EXCLUSIVE')
    handle.exec('ROLLBACK')
  } catch (error) {
    shared.release()
    const known = toDatabaseError(error, databasePath)
    if (!isAppError(known, 'database.locked')) throw known
    const reason = fact('failure.otherName')
    throw new AppError('database.locked', { path: databasePath, reason }, error)
  } finally {
    handle?.close()
  }
  return {
    release() {
      shared.release()
      own.release()
    },
  }
}

/** @param named in errors other than that somebody has it */
function lockFile(lockPath: string, databasePath: string, named = databasePath): WriteLock {
  let handle: SqliteDatabase.Database | null = null
  try {
    handle = new SqliteDatabase(lockPath, { timeout: LOOK_TIMEOUT_MS })
    // Nothing in this file must survive a power loss.
    handle.pragma('synchronous = OFF')
    handle.exec('BEGIN IMMEDIATE')
    handle.pragma(`user_version = ${process.pid}`)
    handle.exec('COMMIT')
    handle.exec('BEGIN IMMEDIATE')
    return createLock(handle)
  } catch (error) {
    handle?.close()
    throw lockError(toDatabaseError(error, named), databasePath, lockPath)
  }
}

/**
 * Whether a process writes to the database. A study that says `running` without one was interrupted. Asks for the lock for less than a
 * millisecond, which a writer that starts just then waits for; where that is not permitted, the noted process id has to do.
 */
export function writerIsAlive(databasePath: string): boolean {
  const lockPath = `${databasePath}.lock`
  if (!existsSync(lockPath)) return false
  let handle: SqliteDatabase.Database | null = null
  try {
    handle = new SqliteDatabase(lockPath, { fileMustExist: true, timeout: 0 })
    handle.exec('BEGIN IMMEDIATE')
    handle.exec('ROLLBACK')
    return false
  } catch (error) {
    if (isAppError(toDatabaseError(error, lockPath), 'database.locked')) return true
    const owner = readOwner(lockPath)
    return owner !== null && isRunning(owner)
  } finally {
    handle?.close()
  }
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
