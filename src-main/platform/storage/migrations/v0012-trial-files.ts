import type { Migration } from './migration.ts'

/**
 * The files that programs leave with their trials are artifacts; `media` says what the ingest process has found in one. Beside them
 * notes, attributes, and why a file is not there. Such rows come and go after the end of a trial, as those of artifacts do.
 */
export const migration0012: Migration = {
  version: 12,
  up(handle) {
    handle.exec(`
      ALTER TABLE artifacts ADD COLUMN media TEXT CHECK (media IS NULL OR json_valid(media));
      CREATE TABLE trial_remarks (
        trial_id INTEGER NOT NULL REFERENCES trials (id),
        kind TEXT NOT NULL CHECK (kind IN ('note', 'attribute', 'leftOut')),
        key TEXT NOT NULL,
        value TEXT NOT NULL CHECK (json_valid(value)),
        UNIQUE (trial_id, kind, key)
      ) STRICT;
    `)
  },
}
