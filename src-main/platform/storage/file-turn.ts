import path from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { toDatabaseError } from './database-errors.ts'
import { makeLocksFolder } from './shared-slots.ts'
import { sqliteName } from './sqlite-name.ts'

/** Far more than a change of a small file takes, in milliseconds. */
const TURN_LIMIT_MS = 2_000

/**
 * Does something to a file while nobody else who asks for a turn does: an open write transaction on an empty file beside it, which the
 * operating system ends with its process. Not within itself.
 * @throws AppError `database.locked` where the turn does not come; `database.*`, `disk.full`, `file.unwritable` where there can be no such file
 */
export function withTurn<Result>(
  file: string,
  action: () => Result,
  limitMs = TURN_LIMIT_MS,
): Result {
  const lockFile = `${file}.lock`
  // The first thing of all that stands there, maybe.
  makeLocksFolder(path.dirname(file))
  let turn: SqliteDatabase.Database | null = null
  try {
    turn = new SqliteDatabase(sqliteName(lockFile), { timeout: limitMs })
    turn.exec('BEGIN IMMEDIATE')
  } catch (error) {
    turn?.close()
    throw toDatabaseError(error, lockFile)
  }
  try {
    return action()
  } finally {
    turn.close()
  }
}
