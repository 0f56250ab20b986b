import type { Migration } from './migration.ts'

/** Where an attempt ran; null: on the machine of the database. */
export const migration0013: Migration = {
  version: 13,
  up(handle) {
    handle.exec('ALTER TABLE attempts ADD COLUMN machine TEXT')
  },
}
