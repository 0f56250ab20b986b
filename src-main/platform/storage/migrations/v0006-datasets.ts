import type { Migration } from './migration.ts'

/**
 * The registry of data sets: what was read once, also when its prepared arrays are gone. JSON columns are written and
 * read whole. Studies refer to the entry of their data. Of studies that are there, the entry is made from the facts
 * that they keep; how their data were read is not among them, so its key is a stand-in until they are prepared again.
 */
export const migration0006: Migration = {
  version: 6,
  up(handle) {
    handle.exec(`
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
        facts TEXT NOT NULL CHECK (json_valid(facts)),
        findings TEXT NOT NULL CHECK (json_valid(findings)),
        first_seen_at_ms REAL NOT NULL,
        last_used_at_ms REAL NOT NULL
      ) STRICT;
      ALTER TABLE studies ADD COLUMN dataset_id INTEGER REFERENCES datasets (id);
      CREATE INDEX studies_by_dataset ON studies (dataset_id);

      CREATE TEMP VIEW old_data AS
        SELECT id, created_at_ms, dataset, hash, kind, 'unprepared:' || kind || ':' || hash AS key,
          json_remove(data, '$.train', '$.validation', '$.test') AS settings
        FROM (
          SELECT id, created_at_ms, dataset, dataset ->> '$.contentHash' AS hash,
            CASE specification ->> '$.objective.task' WHEN 'tabular' THEN 'table'
              ELSE specification ->> '$.objective.task' END AS kind,
            coalesce(json_extract(specification, '$.objective.data'), '{}') AS data
          FROM main.studies
        ) WHERE typeof(hash) = 'text' AND kind IN ('image', 'table', 'audio', 'text');
      INSERT INTO datasets (key, content_hash, kind, row_count, class_count, sources, settings, arrays,
          columns, facts, findings, first_seen_at_ms, last_used_at_ms)
        SELECT key, hash, kind,
          coalesce(dataset ->> '$.rows', dataset ->> '$.images', dataset ->> '$.recordings',
            dataset ->> '$.texts'),
          dataset ->> '$.classes', '[]', settings, '[]', '[]',
          json_remove(dataset, '$.contentHash', '$.sourceDirectory', '$.networkInputs', '$.findings'),
          coalesce(json_extract(dataset, '$.findings'), '[]'),
          (SELECT min(created_at_ms) FROM old_data AS other WHERE other.key = old_data.key),
          created_at_ms
        FROM old_data WHERE id IN (SELECT max(id) FROM old_data GROUP BY key) ORDER BY id;
      UPDATE studies SET dataset_id = (
        SELECT datasets.id FROM datasets JOIN old_data ON old_data.key = datasets.key
        WHERE old_data.id = studies.id
      );
      DROP VIEW old_data;
    `)
  },
}
