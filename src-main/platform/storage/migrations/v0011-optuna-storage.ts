import type { Migration } from './migration.ts'

/**
 * Optuna's own view of the studies that its programs write through our port, beside what is shown of them in the tables that every
 * study has: names, attributes and distributions as their programs gave them. Ids are Optuna's own and never come again.
 */
export const migration0011: Migration = {
  version: 11,
  up(handle) {
    handle.exec(`
      CREATE TABLE optuna_studies (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        study_id INTEGER NOT NULL UNIQUE REFERENCES studies (id),
        name TEXT NOT NULL,
        directions TEXT NOT NULL CHECK (json_valid(directions)),
        report_metric TEXT NOT NULL,
        deleted_at_ms REAL
      ) STRICT;
      CREATE TABLE optuna_study_entries (
        study_id INTEGER NOT NULL REFERENCES studies (id),
        kind TEXT NOT NULL CHECK (kind IN ('user', 'system')),
        key TEXT NOT NULL,
        value TEXT NOT NULL,
        UNIQUE (study_id, kind, key)
      ) STRICT;
      CREATE TABLE optuna_trials (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        trial_id INTEGER NOT NULL UNIQUE REFERENCES trials (id),
        state TEXT NOT NULL
          CHECK (state IN ('RUNNING', 'COMPLETE', 'PRUNED', 'FAIL', 'WAITING')),
        started TEXT NOT NULL,
        completed TEXT NOT NULL,
        objective_values TEXT NOT NULL CHECK (json_valid(objective_values))
      ) STRICT;
      CREATE TABLE optuna_trial_entries (
        trial_id INTEGER NOT NULL REFERENCES trials (id),
        kind TEXT NOT NULL CHECK (kind IN ('user', 'system', 'parameter')),
        key TEXT NOT NULL,
        value TEXT NOT NULL,
        UNIQUE (trial_id, kind, key)
      ) STRICT;
    `)
  },
}
