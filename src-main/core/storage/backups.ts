import { z } from 'zod'
import type { PlainError } from '../errors/errors.ts'

/** How often a database that changes is copied by itself, and how many such copies stay; 0 makes none. */
export const backupSettingsSchema = z.strictObject({
  keep: z.int().min(0).max(100),
  everyHours: z.int().min(1).max(8_760),
})
export type BackupSettings = z.output<typeof backupSettingsSchema>

export const defaultBackupSettings: BackupSettings = { keep: 3, everyHours: 24 }

/** By a person, by itself, before a restore, or before a change of the schema. */
export type BackupKind = 'person' | 'automatic' | 'replaced' | 'schema'

/** A copy of the database in the folder of backups, or beside it from before a change of its schema. */
export interface Backup {
  readonly name: string
  readonly kind: BackupKind
  readonly bytes: number
  readonly madeAtMs: number
}

export interface Contents {
  readonly studies: number
  readonly trials: number
}

/** Contents of a backup, after a look at all its pages; or why it cannot be restored. */
export type BackupCheck =
  ({ readonly ok: true } & Contents) | { readonly ok: false; readonly error: PlainError }

export interface BackupOverview {
  /** The newest first. */
  readonly backups: readonly Backup[]
  readonly settings: BackupSettings
  /** The environment variable that says how many stay, whatever the settings say; null if none does. */
  readonly keepSetBy: string | null
  /** The database as it is now: what a restore replaces. */
  readonly present: Contents
}
