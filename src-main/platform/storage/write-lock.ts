import { existsSync, type Stats, statSync } from 'node:fs'
import path from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import type { DatabaseWriter } from '../../core/storage/database-writer.ts'
import { AppError, isAppError } from '../../core/errors/errors.ts'
import { type MessageDescriptor, msg } from '../../core/errors/message.ts'
import { formatMoment } from '../../core/i18n/format-time.ts'
import { machineTimeZone } from '../machine/time-zone.ts'
import { isRunning } from '../files/temporary.ts'
import { toDatabaseError } from './database-errors.ts'
import { noteWriter, notedWriter } from './database-writer.ts'
import { locksFolder, makeLocksFolder } from './shared-slots.ts'
import { sqliteName } from './sqlite-name.ts'

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
 * they learn who the owner is. The file stays when the lock ends:
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
function withOtherNames(pathLock: WriteLock, databasePath: string, { dev, ino }: Stats): WriteLock {
  const folder = locksFolder()
  makeLocksFolder(folder)
  const sharedPath = path.join(folder, `${dev}-${ino}.lock`)
  const shared = lockFile(sharedPath, databasePath, sharedPath)
  let handle: SqliteDatabase.Database | null = null
  try {
    handle = new SqliteDatabase(sqliteName(databasePath), { timeout: 0 })
    handle.pragma('locking_mode = EXCLUSIVE')
    handle.exec('BEGIN EXCLUSIVE')
    handle.exec('ROLLBACK')
  } catch (error) {
    shared.release()
    const databaseError = toDatabaseError(error, databasePath)
    if (!isAppError(databaseError, 'database.locked')) throw databaseError
    const reason = msg('failure.otherName')
    throw new AppError('database.locked', { path: databasePath, reason }, error)
  } finally {
    handle?.close()
  }
  return {
    release() {
      shared.release()
      pathLock.release()
    },
  }
}

/** @param named in errors other than that somebody has it */
function lockFile(lockPath: string, databasePath: string, named = databasePath): WriteLock {
  let handle: SqliteDatabase.Database | null = null
  try {
    handle = new SqliteDatabase(sqliteName(lockPath), { timeout: LOOK_TIMEOUT_MS })
    // Nothing in this file must survive a power loss.
    handle.pragma('synchronous = OFF')
    do {
      if (handle.inTransaction) handle.exec('ROLLBACK')
      handle.exec('BEGIN IMMEDIATE')
      noteWriter(handle, Date.now())
      handle.exec('COMMIT')
      handle.exec('BEGIN IMMEDIATE')
      // Somebody else may have noted itself in between, and come too late for the lock.
    } while (notedWriter(handle)?.process !== process.pid)
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
    handle = new SqliteDatabase(sqliteName(lockPath), { fileMustExist: true, timeout: 0 })
    handle.exec('BEGIN IMMEDIATE')
    handle.exec('ROLLBACK')
    return false
  } catch (error) {
    if (isAppError(toDatabaseError(error, lockPath), 'database.locked')) return true
    const owner = readWriter(lockPath)
    return owner !== null && isRunning(owner.process)
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
  if (isAppError(error, 'database.locked')) return lockedBy(databasePath, lockPath, error)
  // It is not the database that is damaged.
  if (isAppError(error, 'database.corrupt')) {
    const reason = msg('failure.damagedLock', { reason: error.detail.reason })
    return new AppError('database.corrupt', { path: lockPath, reason }, error)
  }
  return error
}

/** The error for whoever would write what another process writes. */
export function lockedBy(
  databasePath: string,
  lockPath = `${databasePath}.lock`,
  cause?: unknown,
): AppError<'database.locked'> {
  const detail = { path: databasePath, reason: lockReason(lockPath) }
  return new AppError('database.locked', detail, cause)
}

function lockReason(lockPath: string): MessageDescriptor {
  const writer = readWriter(lockPath)
  if (writer === null) return msg('failure.lockedBy')
  const { process: id, program, sinceMs } = writer
  if (id === process.pid) return msg('failure.lockedByThisProcess', { process: id })
  if (program === null || sinceMs === null) return msg('failure.lockedBy', { process: id })
  return msg('failure.lockedByProgram', {
    process: id,
    program,
    since: formatMoment(sinceMs, machineTimeZone()),
  })
}

/** Who writes to a database, as it said itself; null while nobody does. */
export function writerOf(databasePath: string): DatabaseWriter | null {
  return writerIsAlive(databasePath) ? readWriter(`${databasePath}.lock`) : null
}

function readWriter(lockPath: string): DatabaseWriter | null {
  let handle: SqliteDatabase.Database | null = null
  try {
    handle = new SqliteDatabase(sqliteName(lockPath), {
      readonly: true,
      timeout: OWNER_READ_TIMEOUT_MS,
    })
    return notedWriter(handle)
  } catch {
    // Only what is said of it depends on it.
    return null
  } finally {
    handle?.close()
  }
}
