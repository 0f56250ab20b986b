import { mkdirSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import envPaths from 'env-paths'
import { isAppError } from '../../core/errors/errors.ts'
import { unwritable } from '../../core/errors/unwritable.ts'
import { toDatabaseError } from './database-errors.ts'
import { sqliteName } from './sqlite-name.ts'

/** The folder of locks that processes of this user share, whichever databases they have open. */
export function locksFolder(): string {
  return path.join(envPaths('tunewright', { suffix: '' }).data, 'locks')
}

/** @throws AppError `disk.full`, `file.unwritable` */
export function makeLocksFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true })
  } catch (error) {
    throw unwritable(folder, error)
  }
}

/**
 * Numbered slots that all processes of a user on this machine share. Each is an open write transaction on an empty file, which the
 * operating system ends with its process, so that kill -9 leaves no slot taken.
 */
export class SharedSlots {
  readonly #folder: string
  readonly #name: string
  /** Opened once: to take and to give back costs microseconds then. */
  readonly #files = new Map<number, SqliteDatabase.Database>()
  readonly #held: number[] = []
  /** The slot to try first: the one given back last is most likely free, and each that another holds costs a lock in vain. */
  #firstTried = 0

  /** @param name what the slots are for */
  constructor(name: string, folder = locksFolder()) {
    this.#folder = folder
    // A home may be shared by machines.
    this.#name = `${name}-${os.hostname().replace(/[^\w.-]/g, '_')}`
  }

  get held(): number {
    return this.#held.length
  }

  /**
   * Takes one of the first `limit` slots.
   * @returns false where processes hold all of them
   * @throws AppError `disk.full`, `file.unwritable`, `file.unreadable`, `database.*` where the folder cannot be made, or files in it not be locked
   */
  take(limit: number): boolean {
    for (let tried = 0; tried < limit; tried++) {
      const slot = (this.#firstTried + tried) % limit
      if (this.#held.includes(slot) || !this.#lock(slot)) continue
      this.#held.push(slot)
      return true
    }
    return false
  }

  release(): void {
    const slot = this.#held.pop()
    if (slot === undefined) return
    this.#files.get(slot)?.exec('ROLLBACK')
    this.#firstTried = slot
  }

  /** Gives all slots back. */
  close(): void {
    this.#held.length = 0
    for (const file of this.#files.values()) file.close()
    this.#files.clear()
  }

  #lock(slot: number): boolean {
    const name = path.join(this.#folder, `${this.#name}-${slot}.lock`)
    try {
      this.#open(slot, name).exec('BEGIN IMMEDIATE')
      return true
    } catch (error) {
      const databaseError = toDatabaseError(error, name)
      if (isAppError(databaseError, 'database.locked')) return false
      throw databaseError
    }
  }

  #open(slot: number, name: string): SqliteDatabase.Database {
    const openFile = this.#files.get(slot)
    if (openFile !== undefined) return openFile
    makeLocksFolder(this.#folder)
    const file = new SqliteDatabase(sqliteName(name), { timeout: 0 })
    this.#files.set(slot, file)
    return file
  }
}
