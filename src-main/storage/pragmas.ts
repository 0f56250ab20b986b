import { fact } from '../contract/fact.ts'
import { platform } from 'node:process'
import type SqliteDatabase from 'better-sqlite3'
import { AppError } from '../contract/errors.ts'

/** How long a connection waits for another one's short lock, in milliseconds. */
export const BUSY_TIMEOUT_MS = 5000

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
  ['journal_mode', 'wal'],
  ['synchronous', 2],
  ['journal_size_limit', JOURNAL_SIZE_LIMIT_BYTES],
  ...(platform === 'darwin' ? ([['checkpoint_fullfsync', 1]] as const) : []),
]

export function configureConnection(handle: SqliteDatabase.Database, path: string): void {
  for (const pragma of commonPragmas) setAndVerify(handle, path, pragma)
  if (handle.readonly) setAndVerify(handle, path, ['query_only', 1])
}

export function configureWriter(handle: SqliteDatabase.Database, path: string): void {
  for (const pragma of writerPragmas) {
    // A database in memory keeps its journal there too.
    setAndVerify(
      handle,
      path,
      handle.memory && pragma[0] === 'journal_mode' ? ['journal_mode', 'memory'] : pragma,
    )
  }
}

/** A setting that SQLite did not take would break a promise silently, so it is read back. */
function setAndVerify(handle: SqliteDatabase.Database, path: string, [name, wanted]: Pragma): void {
  handle.pragma(`${name} = ${wanted}`)
  const found = handle.pragma(name, { simple: true })
  // Without memory mapping in the build or for a database in memory, the answer is no row.
  if (found === wanted || (name === 'mmap_size' && found === undefined)) return
  throw new AppError('file.unreadable', {
    path,
    reason: fact('failure.pragma', { setting: name, found: String(found), wanted }),
  })
}
