import { msg } from '../../../core/errors/message.ts'
import type SqliteDatabase from 'better-sqlite3'
import { AppError, isAppError, reasonOf } from '../../../core/errors/errors.ts'
import { backUp } from '../back-up.ts'
import { StoredValueError, toDatabaseError } from '../database-errors.ts'
import type { Migration } from './migration.ts'

/** Marks a file as ours: "Tnwr" in ASCII. Tools such as `file` show it. */
export const APPLICATION_ID = 0x54_6e_77_72

/** The schema version of a file that is ours, or 0 for an empty one.
 * @throws StoredValueError for somebody else's database
 * @throws AppError `database.tooOld`, `database.future`
 */
export function readSchemaVersion(
  handle: SqliteDatabase.Database,
  path: string,
  migrations: readonly Migration[],
): number {
  const version = Number(handle.pragma('user_version', { simple: true }))
  const owner = Number(handle.pragma('application_id', { simple: true }))
  const objects = handle.prepare<[], number>('SELECT count(*) FROM sqlite_schema').pluck().get()
  if (owner === 0 && version === 0 && objects === 0) return 0
  if (owner !== APPLICATION_ID) {
    throw new StoredValueError(msg('failure.otherDatabase'))
  }
  const supported = latestVersion(migrations)
  if (version < firstVersion(migrations))
    throw new AppError('database.tooOld', { path, found: version, supported })
  if (version > supported)
    throw new AppError('database.future', { path, found: version, supported })
  return version
}

/**
 * Brings a database to the newest schema: all steps in one transaction, after a copy of the old
 * database at `<path>.backup-v<version>` (none for an empty or a memory database).
 *
 * @throws AppError `database.migrationFailed`, `database.full`, `disk.full` for the copy, `database.locked`,
 * `database.readOnly`; the database is then exactly as before.
 */
export function migrate(
  handle: SqliteDatabase.Database,
  path: string,
  migrations: readonly Migration[],
): void {
  requireMonotonic(migrations)
  const from = readSchemaVersion(handle, path, migrations)
  const to = latestVersion(migrations)
  if (from === to) return
  try {
    if (from > 0 && !handle.memory) backUp(handle, `${path}.backup-v${from}`)
    // Tables are rebuilt by copying, which enforcement would forbid; it cannot be switched inside
    // the transaction.
    handle.pragma('foreign_keys = OFF')
    handle.transaction(() => applySteps(handle, from, migrations)).exclusive()
  } catch (error) {
    const mapped = toDatabaseError(error, path)
    if (
      isAppError(mapped, 'database.full') ||
      isAppError(mapped, 'disk.full') ||
      isAppError(mapped, 'database.locked') ||
      isAppError(mapped, 'database.readOnly')
    ) {
      throw mapped
    }
    throw new AppError(
      'database.migrationFailed',
      { path, from, to, reason: reasonOf(error) },
      error,
    )
  } finally {
    handle.pragma('foreign_keys = ON')
  }
}

function applySteps(
  handle: SqliteDatabase.Database,
  from: number,
  migrations: readonly Migration[],
): void {
  for (const migration of migrations) {
    if (migration.version > from) migration.up(handle)
  }
  const broken = handle.pragma('foreign_key_check') as { readonly table: string }[]
  if (broken.length > 0) {
    throw new Error(`${broken.length} rows lost what they refer to, first in ${broken[0]?.table}`)
  }
  handle.pragma(`application_id = ${APPLICATION_ID}`)
  handle.pragma(`user_version = ${latestVersion(migrations)}`)
}

export function firstVersion(migrations: readonly Migration[]): number {
  return migrations[0]?.version ?? 0
}

export function latestVersion(migrations: readonly Migration[]): number {
  return migrations.at(-1)?.version ?? 0
}

function requireMonotonic(migrations: readonly Migration[]): void {
  const first = firstVersion(migrations)
  migrations.forEach(({ version }, index) => {
    if (version !== first + index) {
      throw new Error(
        `migration ${version} stands at place ${index + 1}: versions rise by one from ${first}`,
      )
    }
  })
}
