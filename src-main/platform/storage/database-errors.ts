import { type MessageDescriptor, verbatim } from '../../core/errors/message.ts'
import { existsSync, accessSync, constants, statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { AppError } from '../../core/errors/errors.ts'

/** A value in the database that breaks the rules of its column, e.g. JSON that does not parse. */
export class StoredValueError extends Error {
  override readonly name = 'StoredValueError'
  readonly reason: MessageDescriptor

  constructor(reason: MessageDescriptor) {
    super(JSON.stringify(reason))
    this.reason = reason
  }
}

/** A full disk mostly shows as FULL; quotas and the shared memory file show as write errors, network shares when they flush. */
const fullCodes = [
  'SQLITE_FULL',
  'SQLITE_IOERR_WRITE',
  'SQLITE_IOERR_SHMSIZE',
  'SQLITE_IOERR_FSYNC',
  'SQLITE_IOERR_DIR_FSYNC',
  'SQLITE_IOERR_TRUNCATE',
]

/** A damaged number in the header; SQLite has no code for it. */
const otherFormat = /^unsupported file format$/

/** The smallest file that it shares memory by has half of that. */
const BESIDE_BYTES = 65_536

/**
 * The one place where errors of SQLite become errors of the application.
 *
 * Codes that only a bug can cause (a constraint, misuse, a closed connection) come back unchanged,
 * so that they surface with their own stack.
 */
export function toDatabaseError(error: unknown, path: string): unknown {
  if (error instanceof AppError) return error
  if (error instanceof StoredValueError) {
    return new AppError('database.corrupt', { path, reason: error.reason }, error)
  }
  if (!(error instanceof SqliteDatabase.SqliteError)) return error
  const detail = { path, reason: verbatim(`${error.message} (${error.code})`) }
  const code = error.code
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return new AppError('database.locked', detail, error)
  }
  if (isDamage(code) || otherFormat.test(error.message)) {
    return new AppError('database.corrupt', detail, error)
  }
  if (fullCodes.includes(code)) {
    return new AppError('database.full', detail, error)
  }
  if (code.startsWith('SQLITE_READONLY') || code === 'SQLITE_PERM' || code === 'SQLITE_AUTH') {
    return new AppError('database.readOnly', detail, error)
  }
  if (code.startsWith('SQLITE_CANTOPEN')) return cannotOpen(detail, error)
  if (code.startsWith('SQLITE_IOERR')) return new AppError('file.unreadable', detail, error)
  return error
}

/**
 * Prepares statements of ours for a database. One that does not fit a schema whose version says that it should means damage: a
 * single turned bit in the name of a column is enough. The database is closed then, and checked when it is opened again.
 */
export function fitting<Result>(
  database: { readonly path: string; abandon(): void },
  prepare: () => Result,
): Result {
  try {
    return prepare()
  } catch (error) {
    database.abandon()
    if (!(error instanceof SqliteDatabase.SqliteError) || error.code !== 'SQLITE_ERROR')
      throw toDatabaseError(error, database.path)
    const reason = verbatim(`${error.message} (${error.code})`)
    throw new AppError('database.corrupt', { path: database.path, reason }, error)
  }
}

function isDamage(code: string): boolean {
  return code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB'
}

/** SQLite says only that it cannot open the file; the file system knows why. */
function cannotOpen(detail: { path: string; reason: MessageDescriptor }, cause: Error): AppError {
  const folder = dirname(detail.path)
  if (!existsSync(folder)) {
    return new AppError('file.notFound', { path: folder, field: 'database' }, cause)
  }
  if (!isWritable(folder)) return new AppError('database.readOnly', detail, cause)
  return new AppError(hasRoom(folder) ? 'file.unreadable' : 'database.full', detail, cause)
}

/** For the files that SQLite makes beside a database. File systems that count no files say 0 of both; some say nothing. */
function hasRoom(folder: string): boolean {
  try {
    const { bavail, bsize, files, ffree } = statfsSync(folder)
    return bavail * bsize >= BESIDE_BYTES && (files === 0 || ffree > 0)
  } catch {
    return true
  }
}

/** Whether this process may create or change `path`. */
export function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** Runs an action and lets only mapped errors out. */
export function withDatabaseErrors<Result>(path: string, action: () => Result): Result {
  try {
    return action()
  } catch (error) {
    throw toDatabaseError(error, path)
  }
}
