import type { Migration } from './migration.ts'

/**
 * Checkpoints of trials, and the trial that a trial descends from. Rows of checkpoints come and go like those of artifacts:
 * files may be removed to free space, whatever became of their trial. Where a trial came from stays for good.
 */
export const migration0005: Migration = {
  version: 5,
  up(handle) {
    handle.exec(`
      ALTER TABLE trials ADD COLUMN origin_trial INTEGER CHECK (origin_trial >= 0);
      ALTER TABLE trials ADD COLUMN origin_step INTEGER CHECK (origin_step >= 0);
      ALTER TABLE trials ADD COLUMN origin_mode TEXT
        CHECK (origin_mode IN ('continue', 'fork', 'warmStart'));
      ALTER TABLE trials ADD COLUMN until_step INTEGER CHECK (until_step >= 1);
      ALTER TABLE trial_marks ADD COLUMN paused INTEGER NOT NULL DEFAULT 0
        CHECK (paused IN (0, 1));
      CREATE TABLE checkpoints (
        id INTEGER PRIMARY KEY,
        trial_id INTEGER NOT NULL REFERENCES trials (id),
        step INTEGER NOT NULL CHECK (step >= 0),
        batch INTEGER NOT NULL CHECK (batch >= 0),
        path TEXT NOT NULL,
        bytes INTEGER NOT NULL CHECK (bytes >= 0),
        sha256 TEXT NOT NULL,
        saved_at_ms REAL NOT NULL,
        UNIQUE (trial_id, step, batch)
      ) STRICT;
    `)
  },
}
