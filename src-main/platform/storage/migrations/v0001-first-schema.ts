import type { Migration } from './migration.ts'

/**
 * A number is finite or its kind says what it was. Written without IN: SQLite would build the list
 * anew for every row, which makes inserting metrics three times as slow.
 */
const valueKindRule = `CASE WHEN value IS NOT NULL THEN kind = 'finite'
    ELSE kind = 'nan' OR kind = 'positiveInfinity' OR kind = 'negativeInfinity' END`

/**
 * Times are milliseconds since 1970. JSON columns hold what is read whole; everything that is
 * queried is a column or a row. A parameter assignment is JSON because it is always written and
 * read whole (one statement per trial, not one per parameter); the view `parameters` gives it as
 * rows.
 */
const tables = `
CREATE TABLE store_state (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  cleanly_closed INTEGER NOT NULL CHECK (cleanly_closed IN (0, 1))
) STRICT;
INSERT INTO store_state (id, cleanly_closed) VALUES (1, 1);

CREATE TABLE studies (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  state TEXT NOT NULL
    CHECK (state IN ('created', 'running', 'paused', 'stopped', 'finished', 'failed')),
  reason TEXT,
  created_at_ms REAL NOT NULL,
  elapsed_ms REAL NOT NULL DEFAULT 0 CHECK (elapsed_ms >= 0),
  environment TEXT NOT NULL CHECK (json_valid(environment)),
  dataset TEXT CHECK (json_valid(dataset)),
  specification TEXT NOT NULL CHECK (json_valid(specification)),
  source TEXT NOT NULL
) STRICT;

CREATE TABLE trials (
  id INTEGER PRIMARY KEY,
  study_id INTEGER NOT NULL REFERENCES studies (id),
  number INTEGER NOT NULL CHECK (number >= 0),
  state TEXT NOT NULL CHECK (
    state IN ('running', 'complete', 'pruned', 'failed', 'cancelled', 'interrupted')
  ),
  seed INTEGER NOT NULL CHECK (seed BETWEEN 0 AND 4294967295),
  best_step INTEGER,
  last_step INTEGER,
  started_at_ms REAL NOT NULL,
  finished_at_ms REAL CHECK (
    (finished_at_ms IS NOT NULL) = (state IN ('complete', 'pruned', 'failed', 'cancelled'))
  ),
  reason TEXT,
  parameters TEXT NOT NULL CHECK (json_valid(parameters)),
  provenance TEXT NOT NULL CHECK (json_valid(provenance)),
  UNIQUE (study_id, number)
) STRICT;

CREATE TABLE attempts (
  trial_id INTEGER NOT NULL REFERENCES trials (id),
  number INTEGER NOT NULL CHECK (number >= 1),
  state TEXT NOT NULL CHECK (
    state IN ('running', 'complete', 'pruned', 'failed', 'cancelled', 'interrupted')
  ),
  slot INTEGER NOT NULL CHECK (slot >= 0),
  started_at_ms REAL NOT NULL,
  finished_at_ms REAL CHECK ((finished_at_ms IS NULL) = (state = 'running')),
  engine TEXT CHECK (json_valid(engine)),
  failure_class TEXT CHECK (
    failure_class IN ('code', 'data', 'memory', 'device', 'timeout', 'killed', 'nonFinite')
  ),
  failure_message TEXT CHECK ((failure_message IS NULL) = (failure_class IS NULL)),
  failure_stack TEXT,
  PRIMARY KEY (trial_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE objective_values (
  trial_id INTEGER NOT NULL REFERENCES trials (id),
  goal INTEGER NOT NULL CHECK (goal >= 0),
  value REAL,
  kind TEXT NOT NULL CHECK (${valueKindRule}),
  PRIMARY KEY (trial_id, goal)
) STRICT, WITHOUT ROWID;

CREATE TABLE metric_names (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE metrics (
  trial_id INTEGER NOT NULL REFERENCES trials (id),
  metric_id INTEGER NOT NULL REFERENCES metric_names (id),
  step INTEGER NOT NULL,
  value REAL,
  kind TEXT NOT NULL CHECK (${valueKindRule}),
  PRIMARY KEY (trial_id, metric_id, step)
) STRICT, WITHOUT ROWID;

CREATE TABLE artifacts (
  id INTEGER PRIMARY KEY,
  trial_id INTEGER NOT NULL REFERENCES trials (id),
  kind TEXT NOT NULL,
  path TEXT NOT NULL,
  bytes INTEGER NOT NULL CHECK (bytes >= 0),
  sha256 TEXT NOT NULL,
  UNIQUE (trial_id, kind)
) STRICT;

CREATE TABLE winners (
  study_id INTEGER PRIMARY KEY REFERENCES studies (id),
  trial_id INTEGER NOT NULL REFERENCES trials (id),
  evaluated_at_ms REAL NOT NULL,
  metrics TEXT NOT NULL CHECK (json_valid(metrics))
) STRICT;

CREATE TABLE events (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  study_id INTEGER NOT NULL REFERENCES studies (id),
  at_ms REAL NOT NULL,
  kind TEXT NOT NULL,
  trial_number INTEGER,
  detail TEXT NOT NULL CHECK (json_valid(detail))
) STRICT;
CREATE INDEX events_by_study ON events (study_id);

CREATE VIEW parameters (study_id, trial_number, name, value, type) AS
  SELECT trials.study_id, trials.number, entry.key, entry.value, entry.type
  FROM trials, json_each(trials.parameters) AS entry;
`

/**
 * The store checks before it writes; the triggers keep the promise against its bugs and against
 * other tools. Artifacts are not guarded: a file may be removed later to free space.
 */
function guards(): string {
  const refuse = (rule: string): string => `BEGIN SELECT RAISE(ABORT, '${rule}'); END;`
  const statements = [
    ...['UPDATE', 'DELETE'].map(
      action => `CREATE TRIGGER events_refuse_${action.toLowerCase()}
        BEFORE ${action} ON events ${refuse('events are append-only')}`,
    ),
    ...['UPDATE', 'DELETE'].map(
      action => `CREATE TRIGGER trials_refuse_${action.toLowerCase()}
        BEFORE ${action} ON trials WHEN OLD.state <> 'running' AND OLD.state <> 'interrupted'
        ${refuse('finished trials never change')}`,
    ),
  ]
  for (const table of ['attempts', 'objective_values', 'metrics']) {
    for (const [action, row] of [
      ['INSERT', 'NEW'],
      ['UPDATE', 'OLD'],
      ['DELETE', 'OLD'],
    ]) {
      statements.push(`CREATE TRIGGER ${table}_refuse_${action?.toLowerCase()}
        BEFORE ${action} ON ${table}
        WHEN (SELECT state <> 'running' AND state <> 'interrupted'
          FROM trials WHERE id = ${row}.trial_id)
        ${refuse('finished trials never change')}`)
    }
  }
  return statements.join('\n')
}

export const migration0001: Migration = {
  version: 1,
  up(handle) {
    handle.exec(tables)
    handle.exec(guards())
  },
}
