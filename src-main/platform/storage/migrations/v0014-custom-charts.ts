import type { Migration } from './migration.ts'

/** The custom chart that a person chose for a study, as JSON; null: none. */
export const migration0014: Migration = {
  version: 14,
  up(handle) {
    handle.exec('ALTER TABLE studies ADD COLUMN custom_chart TEXT')
  },
}
