import SqliteDatabase from 'better-sqlite3'
import type { BackupCheck } from '../../core/storage/backups.ts'
import { plainError } from '../../core/errors/errors.ts'
import { quickCheck } from './database.ts'
import { withDatabaseErrors } from './database-errors.ts'
import { readSchemaVersion } from './migrations/migrate.ts'
import { migrations } from './migrations/migrations.ts'
import { refuseOlderDatabase } from './refuse-older-database.ts'
import { sqliteName } from './sqlite-name.ts'

/** Looks at all pages of a backup, which stays as it is. */
export function checkBackup(file: string): BackupCheck {
  try {
    return withDatabaseErrors(file, () => {
      refuseOlderDatabase(file, migrations)
      const handle = new SqliteDatabase(sqliteName(file), { readonly: true })
      try {
        readSchemaVersion(handle, file, migrations)
        quickCheck(handle)
        const count = (table: string): number =>
          handle.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get() ?? 0
        return { ok: true, studies: count('studies'), trials: count('trials') }
      } finally {
        handle.close()
      }
    })
  } catch (error) {
    return { ok: false, error: plainError(error) }
  }
}
