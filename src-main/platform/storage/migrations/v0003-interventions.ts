import type { Migration } from './migration.ts'

/**
 * What people say and do while a study runs: labels of studies, marks on trials, points that wait to be tried.
 * A study in the bin (`deleted_at_ms`) can be removed for good; until then its trials and events are as
 * untouchable as all others.
 */
export const migration0003: Migration = {
  version: 3,
  up(handle) {
    handle.exec(`
      ALTER TABLE studies ADD COLUMN labels TEXT NOT NULL
        DEFAULT '{"tags":[],"note":"","archived":false}' CHECK (json_valid(labels));
      ALTER TABLE studies ADD COLUMN deleted_at_ms REAL;
      CREATE TABLE trial_marks (
        trial_id INTEGER PRIMARY KEY REFERENCES trials (id),
        excluded INTEGER NOT NULL DEFAULT 0 CHECK (excluded IN (0, 1)),
        note TEXT NOT NULL DEFAULT ''
      ) STRICT;
      CREATE TABLE queued_points (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        study_id INTEGER NOT NULL REFERENCES studies (id),
        parameters TEXT NOT NULL CHECK (json_valid(parameters)),
        origin TEXT NOT NULL CHECK (json_valid(origin)),
        state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'taken', 'withdrawn'))
      ) STRICT;
      CREATE INDEX queued_points_by_study ON queued_points (study_id, state);
    `)
    const inBin = (study: string): string =>
      `(SELECT deleted_at_ms IS NULL FROM studies WHERE id = ${study})`
    handle.exec(`
      DROP TRIGGER events_refuse_delete;
      CREATE TRIGGER events_refuse_delete BEFORE DELETE ON events
        WHEN ${inBin('OLD.study_id')}
        BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
      DROP TRIGGER trials_refuse_delete;
      CREATE TRIGGER trials_refuse_delete BEFORE DELETE ON trials
        WHEN OLD.state <> 'running' AND OLD.state <> 'interrupted' AND ${inBin('OLD.study_id')}
        BEGIN SELECT RAISE(ABORT, 'finished trials never change'); END;
    `)
    for (const table of ['attempts', 'objective_values', 'metrics', 'constraint_values']) {
      handle.exec(`
        DROP TRIGGER ${table}_refuse_delete;
        CREATE TRIGGER ${table}_refuse_delete BEFORE DELETE ON ${table}
          WHEN (SELECT trials.state <> 'running' AND trials.state <> 'interrupted'
              AND studies.deleted_at_ms IS NULL
            FROM trials JOIN studies ON studies.id = trials.study_id WHERE trials.id = OLD.trial_id)
          BEGIN SELECT RAISE(ABORT, 'finished trials never change'); END;
      `)
    }
  },
}
