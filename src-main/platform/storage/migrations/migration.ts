import type SqliteDatabase from 'better-sqlite3'

/** One step from schema `version - 1` to schema `version`; the first one makes a whole schema. */
export interface Migration {
  /** Rises by one from step to step; written to `user_version`. */
  readonly version: number
  /** Runs inside the transaction of all steps; foreign keys are checked at its end. */
  up(handle: SqliteDatabase.Database): void
}
