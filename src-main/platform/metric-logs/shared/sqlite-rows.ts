import { existsSync } from 'node:fs'
import SqliteDatabase from 'better-sqlite3'
import { isInterrupted, openInterrupted } from '../../storage/interrupted-database.ts'
import { type FileMark, hasChanged, markFile } from './file-mark.ts'
import {
  type LoggedPoint,
  type LogReading,
  type MetricLogReader,
  nothingNew,
} from '../metric-log.ts'

const ROWS_AT_ONCE = 2_000
const BUSY_MS = 20

/** Follows the rows that are added to the table `metrics` of a database that another program writes. */
export class SqliteRows<Row extends object> implements MetricLogReader {
  readonly #file: string
  readonly #columns: readonly string[]
  readonly #pointsOf: (row: Row) => readonly LoggedPoint[]
  #last: number
  /** Of this connection; another one counts anew. */
  #version = -1
  /** Read to its end while its last change was not whole. */
  #interrupted: FileMark | null = null
  #hasMore = false
  #database: SqliteDatabase.Database | null = null

  constructor(
    file: string,
    mark: FileMark | null,
    columns: readonly string[],
    pointsOf: (row: Row) => readonly LoggedPoint[],
  ) {
    this.#file = file
    this.#columns = columns
    this.#pointsOf = pointsOf
    this.#last = 0
    if (mark !== null) this.#last = this.#ask(this.#highest)
  }

  read(): LogReading {
    if (this.#interrupted !== null && !hasChanged(this.#file, this.#interrupted)) return nothingNew
    this.#interrupted = null
    return this.#ask(database => {
      // Changes with every commit of another connection.
      const version = database.pragma('data_version', { simple: true }) as number
      if (version === this.#version) return nothingNew
      const points = this.#next(database)
      if (!this.#hasMore) this.#version = version
      return { points, hasMore: this.#hasMore, problem: null }
    }, nothingNew)
  }

  #next(database: SqliteDatabase.Database): readonly LoggedPoint[] {
    const columns = this.#columns.map(name => `"${name}"`).join(', ')
    const rows = database
      .prepare(
        `SELECT rowid AS "rowNumber", ${columns} FROM metrics WHERE rowid > ? ORDER BY rowid LIMIT ?`,
      )
      .all(this.#last, ROWS_AT_ONCE) as (Row & { readonly rowNumber: number })[]
    this.#last = rows.at(-1)?.rowNumber ?? this.#last
    this.#hasMore = rows.length === ROWS_AT_ONCE
    return rows.flatMap(row => this.#pointsOf(row))
  }

  readonly #highest = (database: SqliteDatabase.Database): number =>
    (database.prepare('SELECT max(rowid) FROM metrics').pluck().get() as number | null) ?? 0

  #ask<Result>(question: (database: SqliteDatabase.Database) => Result, other?: Result): Result {
    try {
      this.#database ??= this.#open()
      if (this.#database === null) return other ?? (0 as Result)
      return question(this.#database)
    } catch (error) {
      this.#database?.close()
      this.#database = null
      this.#version = -1
      if (isInterrupted(error)) return this.#askInterrupted(question, error, other)
      const { code = '' } = error as { readonly code?: string }
      // Its writer is at work, or has not begun its table.
      if (/^SQLITE_(?:BUSY|LOCKED|CANTOPEN)/.test(code)) return other ?? (0 as Result)
      throw error
    }
  }

  /** Its writer was killed: what it had written before that is there. */
  #askInterrupted<Result>(
    question: (database: SqliteDatabase.Database) => Result,
    error: unknown,
    other?: Result,
  ): Result {
    const mark = markFile(this.#file)
    const database = openInterrupted(this.#file)
    if (database === null) throw error
    const checked = this.#checked(database)
    this.#hasMore = false
    try {
      return checked === null ? (other ?? (0 as Result)) : question(checked)
    } finally {
      checked?.close()
      this.#version = -1
      if (!this.#hasMore) this.#interrupted = mark
    }
  }

  #open(): SqliteDatabase.Database | null {
    if (!existsSync(this.#file)) return null
    return this.#checked(
      new SqliteDatabase(this.#file, { readonly: true, fileMustExist: true, timeout: BUSY_MS }),
    )
  }

  /** Null while there is no table of these columns. A view or a computed column of somebody is never evaluated. */
  #checked(database: SqliteDatabase.Database): SqliteDatabase.Database | null {
    try {
      for (const pragma of ['trusted_schema = 0', 'cell_size_check = 1', 'mmap_size = 0'])
        database.pragma(pragma)
      const isPlain = database
        .prepare(
          `SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'metrics'
          AND sql NOT LIKE '%VIRTUAL%' AND sql NOT LIKE '%WITHOUT%ROWID%'`,
        )
        .get()
      const columns = database.pragma('table_xinfo(metrics)') as {
        readonly name: string
        readonly hidden: number
      }[]
      const isThere = this.#columns.every(column =>
        columns.some(({ name, hidden }) => name === column && hidden === 0),
      )
      if (isPlain !== undefined && isThere) return database
    } catch (error) {
      database.close()
      throw error
    }
    database.close()
    return null
  }
}
