import { firstSchema } from './first-schema.ts'
import type { Migration } from './migration.ts'
import { latestVersion } from './migrate.ts'

/** Every step from the first schema on, in order. Released steps are never edited. */
export const migrations: readonly Migration[] = [firstSchema]

/** Of the databases that this version makes. */
export const SCHEMA_VERSION = latestVersion(migrations)
