import { closeSync, copyFileSync, existsSync, openSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { platform } from 'node:process'
import SqliteDatabase from 'better-sqlite3'
import { AppError, isAppError } from '../../core/errors/errors.ts'
import { msg } from '../../core/errors/message.ts'
import { temporaryFolder } from '../files/temporary.ts'
import {
  isWritable,
  StoredValueError,
  toDatabaseError,
  withDatabaseErrors,
} from './database-errors.ts'
import { latestVersion, migrate, readSchemaVersion } from './migrations/migrate.ts'
import type { Migration } from './migrations/migration.ts'
import { migrations as allMigrations } from './migrations/migrations.ts'
import { OpenFile } from './open-file.ts'
import { refuseOlderDatabase } from './refuse-older-database.ts'
import { isShared } from './shared-file-systems.ts'
import { realPathOf } from './workspace.ts'
import { settleKilledRestore, settleRestore } from './restore-journal.ts'
import { takeWriteLock, type WriteLock, writerIsAlive } from './write-lock.ts'
import { requireSchema } from './require-schema.ts'
import { sqliteName } from './sqlite-name.ts'

/** The path of a database that ends with the process. */
export const memoryPath = ':memory:'

/** Where the header of a database file says how the file is written and read (SQLite format, §1.3.3). */
const JOURNAL_FORMAT_OFFSET = 18

/** How long a connection waits for another one's short lock, in milliseconds. */
const BUSY_TIMEOUT_MS = 5000

type Pragma = readonly [name: string, wanted: number | string]

/** Settings of every connection: defence against damaged or hostile files. */
const commonPragmas: readonly Pragma[] = [
  ['busy_timeout', BUSY_TIMEOUT_MS],
  ['foreign_keys', 1],
  ['trusted_schema', 0],
  ['cell_size_check', 1],
  ['mmap_size', 0],
]

/** The write-ahead log file is cut back to this size after a checkpoint, in bytes. */
const JOURNAL_SIZE_LIMIT_BYTES = 64 * 1024 * 1024

/**
 * Settings of the writing connection. The build of SQLite would run write-ahead logging at
 * `synchronous=NORMAL`, where a power loss takes back acknowledged transactions: 2 is FULL.
 */
const writerPragmas: readonly Pragma[] = [
  ['synchronous', 2],
  ['journal_size_limit', JOURNAL_SIZE_LIMIT_BYTES],
  ...(platform === 'darwin' ? ([['checkpoint_fullfsync', 1]] as const) : []),
]

export interface DatabaseOptions {
  /** Opens beside a writing process; takes no lock and changes nothing. Default false. */
  readonly readOnly?: boolean
  /** Largest size of the file in pages of 4096 bytes; beyond it, writing throws `database.full`. */
  readonly maxPages?: number
  /**
   * It lies on a network file system, where processes of several machines share no memory, as write-ahead logging needs it: a journal
   * that is deleted takes its place. Default: what the system says.
   */
  readonly isShared?: boolean
  /** Steps to the newest schema; tests pass their own. */
  readonly migrations?: readonly Migration[]
}

/** One connection with its promises: checked settings, mapped errors, whole transactions. */
export class StoreDatabase {
  readonly path: string
  readonly handle: SqliteDatabase.Database
  readonly #lock: WriteLock | null
  /** Null where nothing is written, or to memory alone. */
  readonly #file: OpenFile | null
  readonly #run: SqliteDatabase.Transaction<(action: () => unknown) => unknown>

  constructor(path: string, handle: SqliteDatabase.Database, lock: WriteLock | null) {
    this.path = path
    this.handle = handle
    this.#lock = lock
    this.#file = handle.readonly || handle.memory ? null : new OpenFile(path, handle)
    this.#run = handle.transaction((action: () => unknown) => action())
  }

  /** Everything that `action` reads is from one moment. */
  read<Result>(action: () => Result): Result {
    return this.#transact('deferred', action)
  }

  /**
   * `action` happens whole and is on disk, in the file at the path of this database, when this returns; or it throws.
   * @param isEnd whether its caller acknowledges the end of something: the file is looked at then in any case, else a few times a second
   * @throws AppError `database.moved` once the file was removed, moved or replaced by somebody
   */
  write<Result>(action: () => Result, isEnd = false): Result {
    if (this.handle.inTransaction) return this.#transact('immediate', action)
    this.#file?.refuseIfMoved()
    const result = this.#transact('immediate', action)
    this.#file?.requireInPlace(isEnd)
    return result
  }

  /** May be called twice. */
  close(): void {
    if (!this.handle.open) return
    try {
      if (!this.handle.readonly) {
        withDatabaseErrors(this.path, () => {
          this.handle.pragma('optimize')
          setCleanlyClosed(this.handle, true)
        })
      }
    } catch (error) {
      // Every acknowledged write is on disk already. On a full disk only the mark of a clean close
      // is missing, and the next opening checks the file as it does after a crash.
      if (!isAppError(error, 'database.full')) throw error
    } finally {
      this.abandon()
    }
  }

  /** Closes without the mark of a clean end: the next opening looks for damage. */
  abandon(): void {
    this.handle.close()
    this.#lock?.release()
  }

  #transact<Result>(mode: 'deferred' | 'immediate', action: () => Result): Result {
    try {
      return this.#run[mode](action) as Result
    } catch (error) {
      throw toDatabaseError(error, this.path)
    }
  }
}

/**
 * Opens a database for writing (taking the write lock, creating or migrating it) or for reading.
 *
 * @param path a file in an existing folder, or `:memory:`.
 * @throws AppError `file.notFound`, `file.unreadable`, `database.locked`, `database.readOnly`,
 * `database.tooOld`, `database.future`, `database.corrupt`, `database.full`, `database.migrationFailed`
 */
export function openDatabase(path: string, options: DatabaseOptions = {}): StoreDatabase {
  const migrations = options.migrations ?? allMigrations
  if (options.readOnly === true) return openForReading(path, migrations)
  if (path === memoryPath) return openForWriting(path, options, null)
  const file = resolveFile(path)
  refuseOlderDatabase(file, migrations)
  if (existsSync(file) && !isWritable(file)) {
    throw new AppError('database.readOnly', { path: file, reason: msg('failure.writeProtected') })
  }
  const lock = takeWriteLock(file)
  try {
    settleRestore(file)
    makePrivately(file)
    return openForWriting(file, options, lock)
  } catch (error) {
    lock.release()
    throw error
  }
}

function openForWriting(
  path: string,
  options: DatabaseOptions,
  lock: WriteLock | null,
): StoreDatabase {
  const migrations = options.migrations ?? allMigrations
  return openHandle(path, { timeout: BUSY_TIMEOUT_MS }, handle => {
    configureConnection(handle, path)
    // Read before anything is set in the file: a foreign database stays exactly as it is.
    const version = readSchemaVersion(handle, path, migrations)
    if (version > 0) requireSchema(handle, version, migrations)
    configureWriter(handle, path, options.isShared ?? isShared(path))
    if (options.maxPages !== undefined) handle.pragma(`max_page_count = ${options.maxPages}`)
    if (version > 0 && !wasCleanlyClosed(handle)) quickCheck(handle)
    migrate(handle, path, migrations)
    setCleanlyClosed(handle, false)
    return new StoreDatabase(path, handle, lock)
  })
}

function openForReading(path: string, migrations: readonly Migration[]): StoreDatabase {
  const file = resolveFile(path)
  if (!existsSync(file)) throw new AppError('file.notFound', { path: file, field: 'database' })
  settleKilledRestore(file)
  refuseOlderDatabase(file, migrations)
  return openHandle(file, { readonly: true, timeout: BUSY_TIMEOUT_MS }, handle => {
    configureConnection(handle, file)
    const version = readSchemaVersion(handle, file, migrations)
    const supported = latestVersion(migrations)
    if (version < supported) {
      const reason = msg('failure.olderSchema', { version, supported })
      throw new AppError('database.readOnly', { path: file, reason })
    }
    requireSchema(handle, version, migrations)
    // While somebody writes, it is not closed, and was looked at when it was opened.
    if (!wasCleanlyClosed(handle) && !writerIsAlive(file)) quickCheck(handle)
    return new StoreDatabase(file, handle, null)
  })
}

/**
 * A database that is made now is its owner's alone; SQLite gives its log the rights of the database. What a person has set of one that is
 * there stays.
 */
function makePrivately(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600))
  } catch {
    // It is there; or the folder cannot be written, and SQLite says so.
  }
}

/** Opens a connection and closes it again if its preparation fails. */
function openHandle(
  path: string,
  options: SqliteDatabase.Options,
  prepare: (handle: SqliteDatabase.Database) => StoreDatabase,
): StoreDatabase {
  return withDatabaseErrors(path, () => {
    const source = options.readonly === true && isFrozen(path) ? readFrozen(path) : path
    const handle = new SqliteDatabase(
      typeof source === 'string' ? sqliteName(source) : source,
      options,
    )
    try {
      return prepare(handle)
    } catch (error) {
      handle.close()
      throw error
    }
  })
}

/**
 * Readers of a write-ahead log share a small file beside the database. Where there is none and none can be made (a read-only folder),
 * nobody can be writing, and the file is read as it stands.
 */
function isFrozen(path: string): boolean {
  return path !== memoryPath && !existsSync(`${path}-shm`) && !isWritable(dirname(path))
}

/** The whole file for a database in memory, which has no write-ahead log; or a copy of both, where a log waits. */
function readFrozen(path: string): Buffer | string {
  const log = statSync(`${path}-wal`, { throwIfNoEntry: false })
  if (log !== undefined && log.size > 0) {
    const copy = join(temporaryFolder('database'), basename(path))
    copyFileSync(path, copy)
    copyFileSync(`${path}-wal`, `${copy}-wal`)
    return copy
  }
  const bytes = readFileSync(path)
  // Two bytes of the header say how the file is written: 2 with a write-ahead log, 1 without.
  if (bytes[JOURNAL_FORMAT_OFFSET] === 2) {
    bytes.fill(1, JOURNAL_FORMAT_OFFSET, JOURNAL_FORMAT_OFFSET + 2)
  }
  return bytes
}

/** Absolute and free of links, so that two names of one file meet at one lock. */
function resolveFile(path: string): string {
  const absolute = resolve(path)
  const file = statSync(absolute, { throwIfNoEntry: false })
  if (file?.isDirectory() === true) {
    throw new AppError('file.unreadable', { path: absolute, reason: msg('rule.isFile') })
  }
  const folder = dirname(absolute)
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new AppError('file.notFound', { path: folder, field: 'database' })
  }
  return realPathOf(absolute)
}

function configureConnection(handle: SqliteDatabase.Database, path: string): void {
  for (const pragma of commonPragmas) setAndVerify(handle, path, pragma)
  if (handle.readonly) setAndVerify(handle, path, ['query_only', 1])
}

function configureWriter(handle: SqliteDatabase.Database, path: string, shared: boolean): void {
  // A database in memory keeps its journal there too.
  const journal = handle.memory ? 'memory' : shared ? 'delete' : 'wal'
  for (const pragma of [['journal_mode', journal], ...writerPragmas] as const) {
    setAndVerify(handle, path, pragma)
  }
}

/** A setting that SQLite did not take would break a promise silently, so it is read back. */
function setAndVerify(handle: SqliteDatabase.Database, path: string, [name, wanted]: Pragma): void {
  handle.pragma(`${name} = ${wanted}`)
  const actual = handle.pragma(name, { simple: true })
  // Without memory mapping in the build or for a database in memory, the answer is no row.
  if (actual === wanted || (name === 'mmap_size' && actual === undefined)) return
  throw new AppError('file.unreadable', {
    path,
    reason: msg('failure.pragma', { setting: name, found: String(actual), wanted }),
  })
}

/**
 * A row says whether the last writing process closed the database itself. If it went away instead,
 * the next one checks the file before it trusts it.
 */
function wasCleanlyClosed(handle: SqliteDatabase.Database): boolean {
  return handle.prepare<[], number>('SELECT cleanly_closed FROM store_state').pluck().get() === 1
}

function setCleanlyClosed(handle: SqliteDatabase.Database, clean: boolean): void {
  handle.prepare('UPDATE store_state SET cleanly_closed = ?').run(clean ? 1 : 0)
}

/** @throws StoredValueError with what SQLite found. */
export function quickCheck(handle: SqliteDatabase.Database): void {
  const findings = handle.prepare<[], string>('PRAGMA quick_check(5)').pluck().all()
  if (findings.length === 1 && findings[0] === 'ok') return
  throw new StoredValueError(msg('failure.uncleanExit', { findings }))
}
