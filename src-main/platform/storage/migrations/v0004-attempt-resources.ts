import type { Migration } from './migration.ts'

/**
 * What attempts used while they ran. The samples are JSON because they are always written and read whole; there are
 * at most 120 per attempt.
 */
export const migration0004: Migration = {
  version: 4,
  up(handle) {
    handle.exec(`
      CREATE TABLE attempt_resources (
        trial_id INTEGER NOT NULL REFERENCES trials (id),
        attempt INTEGER NOT NULL CHECK (attempt >= 1),
        samples TEXT NOT NULL CHECK (json_valid(samples)),
        PRIMARY KEY (trial_id, attempt)
      ) STRICT;
    `)
    const isFinished = (row: string): string =>
      `(SELECT state <> 'running' AND state <> 'interrupted' FROM trials WHERE id = ${row}.trial_id)`
    for (const [action, row] of [
      ['INSERT', 'NEW'],
      ['UPDATE', 'OLD'],
    ] as const) {
      handle.exec(`
        CREATE TRIGGER attempt_resources_refuse_${action.toLowerCase()}
          BEFORE ${action} ON attempt_resources WHEN ${isFinished(row)}
          BEGIN SELECT RAISE(ABORT, 'finished trials never change'); END;
      `)
    }
    handle.exec(`
      CREATE TRIGGER attempt_resources_refuse_delete BEFORE DELETE ON attempt_resources
        WHEN (SELECT trials.state <> 'running' AND trials.state <> 'interrupted'
            AND studies.deleted_at_ms IS NULL
          FROM trials JOIN studies ON studies.id = trials.study_id WHERE trials.id = OLD.trial_id)
        BEGIN SELECT RAISE(ABORT, 'finished trials never change'); END;
    `)
  },
}
