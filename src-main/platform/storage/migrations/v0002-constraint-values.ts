import type { Migration } from './migration.ts'

/** Values of a study's constraints, one row per constraint of a trial, guarded like objective values. */
export const migration0002: Migration = {
  version: 2,
  up(handle) {
    handle.exec(`CREATE TABLE constraint_values (
      trial_id INTEGER NOT NULL REFERENCES trials (id),
      position INTEGER NOT NULL CHECK (position >= 0),
      value REAL,
      kind TEXT NOT NULL CHECK (CASE WHEN value IS NOT NULL THEN kind = 'finite'
        ELSE kind = 'nan' OR kind = 'positiveInfinity' OR kind = 'negativeInfinity' END),
      PRIMARY KEY (trial_id, position)
    ) STRICT, WITHOUT ROWID`)
    for (const [action, row] of [
      ['INSERT', 'NEW'],
      ['UPDATE', 'OLD'],
      ['DELETE', 'OLD'],
    ] as const) {
      handle.exec(`CREATE TRIGGER constraint_values_refuse_${action.toLowerCase()}
        BEFORE ${action} ON constraint_values
        WHEN (SELECT state <> 'running' AND state <> 'interrupted'
          FROM trials WHERE id = ${row}.trial_id)
        BEGIN SELECT RAISE(ABORT, 'finished trials never change'); END`)
    }
  },
}
