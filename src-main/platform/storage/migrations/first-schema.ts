import type { Migration } from './migration.ts'

/** Numbers of the schemas before this one belong to databases of earlier commits, which are refused. */
const VERSION = 17

/**
 * A number is finite or its kind says what it was. Written without IN: SQLite would build the list
 * anew for every row, which makes inserting metrics three times as slow.
 */
const valueKindRule = `CASE WHEN value IS NOT NULL THEN kind = 'finite'
    ELSE kind = 'nan' OR kind = 'positiveInfinity' OR kind = 'negativeInfinity' END`

/**
 * Times are milliseconds since 1970. JSON columns hold what is read whole; everything that is
 * queried is a column or a row. Curves of further trainings of a trial (folds, instances, replicates) lie apart from those
 * of the first, which samplers and pruners read. A parameter assignment is JSON because it is always written and
 * read whole (one statement per trial, not one per parameter); the view `parameters` gives it as
 * rows. Rules of columns that may be NULL name NULL: `json_valid(NULL)` is false for SQLite 3.40.1 of Debian 12, which
 * then drops such rows of a dump.
 */
const studyTables = `
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
  specification TEXT NOT NULL CHECK (json_valid(specification)),
  source TEXT NOT NULL,
  labels TEXT NOT NULL DEFAULT '{"tags":[],"note":"","archived":false}' CHECK (json_valid(labels)),
  deleted_at_ms REAL,
  dataset_id INTEGER REFERENCES datasets (id),
  dataset TEXT CHECK (dataset IS NULL OR json_valid(dataset)),
  custom_chart TEXT,
  trial_views TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(trial_views))
) STRICT;
CREATE INDEX studies_by_dataset ON studies (dataset_id);

CREATE TABLE datasets (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  content_hash TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('image', 'table', 'audio', 'text')),
  format TEXT,
  row_count INTEGER CHECK (row_count >= 0),
  class_count INTEGER CHECK (class_count >= 0),
  bytes INTEGER CHECK (bytes >= 0),
  sources TEXT NOT NULL CHECK (json_valid(sources)),
  settings TEXT NOT NULL CHECK (json_valid(settings)),
  arrays TEXT NOT NULL CHECK (json_valid(arrays)),
  columns TEXT NOT NULL CHECK (json_valid(columns)),
  properties TEXT NOT NULL CHECK (json_valid(properties)),
  findings TEXT NOT NULL CHECK (json_valid(findings)),
  first_seen_at_ms REAL NOT NULL,
  last_used_at_ms REAL NOT NULL
) STRICT;

CREATE TABLE trials (
  id INTEGER PRIMARY KEY,
  study_id INTEGER NOT NULL REFERENCES studies (id),
  number INTEGER NOT NULL CHECK (number >= 0),
  state TEXT NOT NULL CHECK (
    state IN ('running', 'complete', 'pruned', 'failed', 'canceled', 'interrupted')
  ),
  seed INTEGER NOT NULL CHECK (seed BETWEEN 0 AND 4294967295),
  best_step INTEGER,
  last_step INTEGER,
  started_at_ms REAL NOT NULL,
  finished_at_ms REAL CHECK (
    (finished_at_ms IS NOT NULL) = (state IN ('complete', 'pruned', 'failed', 'canceled'))
  ),
  reason TEXT,
  parameters TEXT NOT NULL CHECK (json_valid(parameters)),
  provenance TEXT NOT NULL CHECK (json_valid(provenance)),
  origin_trial INTEGER CHECK (origin_trial >= 0),
  origin_step INTEGER CHECK (origin_step >= 0),
  origin_mode TEXT CHECK (origin_mode IN ('continue', 'fork', 'initialize')),
  until_step INTEGER CHECK (until_step >= 1),
  UNIQUE (study_id, number)
) STRICT;

CREATE TABLE attempts (
  trial_id INTEGER NOT NULL REFERENCES trials (id),
  number INTEGER NOT NULL CHECK (number >= 1),
  state TEXT NOT NULL CHECK (
    state IN ('running', 'complete', 'pruned', 'failed', 'canceled', 'interrupted')
  ),
  slot INTEGER NOT NULL CHECK (slot >= 0),
  started_at_ms REAL NOT NULL,
  finished_at_ms REAL CHECK ((finished_at_ms IS NULL) = (state = 'running')),
  failure_class TEXT CHECK (
    failure_class IN ('code', 'data', 'memory', 'device', 'timeout', 'killed', 'nonFinite')
  ),
  failure_message TEXT CHECK ((failure_message IS NULL) = (failure_class IS NULL)),
  failure_stack TEXT,
  engine TEXT CHECK (engine IS NULL OR json_valid(engine)),
  machine TEXT,
  code TEXT CHECK (code IS NULL OR json_valid(code)),
  PRIMARY KEY (trial_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE attempt_resources (
  trial_id INTEGER NOT NULL REFERENCES trials (id),
  attempt INTEGER NOT NULL CHECK (attempt >= 1),
  samples TEXT NOT NULL CHECK (json_valid(samples)),
  PRIMARY KEY (trial_id, attempt)
) STRICT;

CREATE TABLE objective_values (
  trial_id INTEGER NOT NULL REFERENCES trials (id),
  goal INTEGER NOT NULL CHECK (goal >= 0),
  value REAL,
  kind TEXT NOT NULL CHECK (${valueKindRule}),
  PRIMARY KEY (trial_id, goal)
) STRICT, WITHOUT ROWID;

CREATE TABLE constraint_values (
  trial_id INTEGER NOT NULL REFERENCES trials (id),
  position INTEGER NOT NULL CHECK (position >= 0),
  value REAL,
  kind TEXT NOT NULL CHECK (${valueKindRule}),
  PRIMARY KEY (trial_id, position)
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

CREATE TABLE trainings (
  trial_id INTEGER NOT NULL REFERENCES trials (id),
  number INTEGER NOT NULL CHECK (number >= 0),
  best_step INTEGER,
  last_step INTEGER,
  objective_values TEXT NOT NULL CHECK (json_valid(objective_values)),
  PRIMARY KEY (trial_id, number)
) STRICT;

CREATE TABLE training_metrics (
  trial_id INTEGER NOT NULL REFERENCES trials (id),
  metric_id INTEGER NOT NULL REFERENCES metric_names (id),
  step INTEGER NOT NULL,
  training INTEGER NOT NULL CHECK (training >= 1),
  value REAL,
  kind TEXT NOT NULL CHECK (${valueKindRule}),
  PRIMARY KEY (trial_id, metric_id, step, training)
) STRICT, WITHOUT ROWID;

CREATE TABLE artifacts (
  id INTEGER PRIMARY KEY,
  trial_id INTEGER NOT NULL REFERENCES trials (id),
  kind TEXT NOT NULL,
  path TEXT NOT NULL,
  bytes INTEGER NOT NULL CHECK (bytes >= 0),
  sha256 TEXT NOT NULL,
  media TEXT CHECK (media IS NULL OR json_valid(media)),
  UNIQUE (trial_id, kind)
) STRICT;

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

CREATE TABLE winners (
  study_id INTEGER PRIMARY KEY REFERENCES studies (id),
  trial_id INTEGER NOT NULL REFERENCES trials (id),
  evaluated_at_ms REAL NOT NULL,
  metrics TEXT NOT NULL CHECK (json_valid(metrics))
) STRICT;

CREATE TABLE test_looks (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  study_id INTEGER REFERENCES studies (id),
  study_name TEXT NOT NULL,
  rows_name TEXT NOT NULL,
  at_ms REAL NOT NULL
) STRICT;
CREATE INDEX test_looks_by_rows ON test_looks (rows_name);

CREATE TABLE events (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  study_id INTEGER NOT NULL REFERENCES studies (id),
  at_ms REAL NOT NULL,
  kind TEXT NOT NULL,
  trial_number INTEGER,
  detail TEXT NOT NULL CHECK (json_valid(detail))
) STRICT;
CREATE INDEX events_by_study ON events (study_id);

CREATE TABLE trial_marks (
  trial_id INTEGER PRIMARY KEY REFERENCES trials (id),
  excluded INTEGER NOT NULL DEFAULT 0 CHECK (excluded IN (0, 1)),
  note TEXT NOT NULL DEFAULT '',
  suspended INTEGER NOT NULL DEFAULT 0 CHECK (suspended IN (0, 1))
) STRICT;

CREATE TABLE trial_remarks (
  trial_id INTEGER NOT NULL REFERENCES trials (id),
  kind TEXT NOT NULL CHECK (kind IN ('note', 'attribute', 'leftOut')),
  key TEXT NOT NULL,
  value TEXT NOT NULL CHECK (json_valid(value)),
  UNIQUE (trial_id, kind, key)
) STRICT;

CREATE TABLE queued_points (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  study_id INTEGER NOT NULL REFERENCES studies (id),
  parameters TEXT NOT NULL CHECK (json_valid(parameters)),
  origin TEXT NOT NULL CHECK (json_valid(origin)),
  state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'taken', 'withdrawn'))
) STRICT;
CREATE INDEX queued_points_by_study ON queued_points (study_id, state);

CREATE VIEW parameters (study_id, trial_number, name, value, type) AS
  SELECT trials.study_id, trials.number, entry.key, entry.value, entry.type
  FROM trials, json_each(trials.parameters) AS entry;
`

/**
 * Optuna's own view of the studies that its programs write through our port, beside what is shown of them in the tables that every
 * study has: names, attributes and distributions as their programs gave them. Ids are Optuna's own and never come again.
 */
const optunaTables = `
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
`

/** Tables whose rows are of one trial, and do not change once it has finished. */
const guardedTables = [
  'attempts',
  'attempt_resources',
  'objective_values',
  'constraint_values',
  'metrics',
  'trainings',
  'training_metrics',
]

/**
 * The store checks before it writes; the triggers keep the promise against its bugs and against
 * other tools. A study in the bin (`deleted_at_ms`) can be removed for good. Artifacts, checkpoints and remarks are not guarded: a file
 * may be removed later to free space.
 */
function triggers(): string {
  const refuse = (rule: string): string => `BEGIN SELECT RAISE(ABORT, '${rule}'); END;`
  const isFinished = (row: string): string =>
    `(SELECT state <> 'running' AND state <> 'interrupted' FROM trials WHERE id = ${row}.trial_id)`
  const isNotDeleted = `(SELECT deleted_at_ms IS NULL FROM studies WHERE id = OLD.study_id)`
  const finished = refuse('finished trials never change')
  const appendOnly = refuse('events are append-only')
  return [
    `CREATE TRIGGER events_refuse_update BEFORE UPDATE ON events ${appendOnly}`,
    `CREATE TRIGGER events_refuse_delete BEFORE DELETE ON events WHEN ${isNotDeleted} ${appendOnly}`,
    `CREATE TRIGGER trials_refuse_update BEFORE UPDATE ON trials
      WHEN OLD.state <> 'running' AND OLD.state <> 'interrupted' ${finished}`,
    `CREATE TRIGGER trials_refuse_delete BEFORE DELETE ON trials
      WHEN OLD.state <> 'running' AND OLD.state <> 'interrupted' AND ${isNotDeleted} ${finished}`,
    ...guardedTables.flatMap(table => [
      `CREATE TRIGGER ${table}_refuse_insert BEFORE INSERT ON ${table} WHEN ${isFinished('NEW')} ${finished}`,
      `CREATE TRIGGER ${table}_refuse_update BEFORE UPDATE ON ${table} WHEN ${isFinished('OLD')} ${finished}`,
      `CREATE TRIGGER ${table}_refuse_delete BEFORE DELETE ON ${table}
        WHEN (SELECT trials.state <> 'running' AND trials.state <> 'interrupted'
            AND studies.deleted_at_ms IS NULL
          FROM trials JOIN studies ON studies.id = trials.study_id WHERE trials.id = OLD.trial_id) ${finished}`,
    ]),
  ].join('\n')
}

export const firstSchema: Migration = {
  version: VERSION,
  up(handle) {
    for (const statements of [studyTables, optunaTables, triggers()]) handle.exec(statements)
  },
}
