import { msg, verbatim } from '../../../../src-main/core/errors/message.ts'
import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { openDatabase } from '../../../../src-main/platform/storage/database.ts'
import type { Migration } from '../../../../src-main/platform/storage/migrations/migration.ts'
import { migrations } from '../../../../src-main/platform/storage/migrations/migrations.ts'
import { openStudyStore } from '../../../../src-main/platform/storage/sqlite-study-store.ts'
import { useScratchFolders } from '../../../helpers/scratch-folder.ts'
import { errorOf, sampleEnvironment, sampleSpecification } from '../../../helpers/store-samples.ts'

const scratch = useScratchFolders()
const databases = join(import.meta.dirname, '../../../fixtures/databases')

/** A copy of the database that a released version left behind. */
function copyFixture(version: string): string {
  const path = join(scratch(), 'studies.sqlite')
  copyFileSync(join(databases, `${version}.sqlite`), path)
  return path
}

function schemaOf(path: string): unknown[] {
  const handle = new SqliteDatabase(path, { readonly: true })
  const sql = 'SELECT type, name, sql FROM sqlite_schema ORDER BY type, name'
  const schema = handle.prepare(sql).all()
  handle.close()
  return schema.filter(row => !String((row as { name: string }).name).startsWith('sqlite_stat'))
}

const next = migrations.length + 1
const addNotes: Migration = {
  version: next,
  up: handle => handle.exec(`CREATE TABLE notes (text TEXT NOT NULL) STRICT`),
}
const addAuthor: Migration = {
  version: next + 1,
  up: handle => handle.exec(`ALTER TABLE studies ADD COLUMN author TEXT NOT NULL DEFAULT 'none'`),
}

describe('steps', () => {
  it('rise by one from 1', () => {
    expect(migrations.map(migration => migration.version)).toEqual(migrations.map((_, i) => i + 1))
  })

  it.each([[[addNotes]], [[...migrations, addAuthor]], [[...migrations, ...migrations]]])(
    'are refused otherwise',
    steps => {
      const path = join(scratch(), 'a.sqlite')
      expect(() => openDatabase(path, { migrations: steps })).toThrow(/versions rise by one/)
    },
  )

  it('run in one go, after a backup of the old database', () => {
    const path = copyFixture('v0001')
    const before = schemaOf(path)
    openDatabase(path, { migrations: [...migrations, addNotes, addAuthor] }).close()
    const handle = new SqliteDatabase(path, { readonly: true })
    expect(handle.pragma('user_version', { simple: true })).toBe(next + 1)
    expect(handle.prepare('SELECT author FROM studies').pluck().get()).toBe('none')
    expect(handle.prepare('SELECT count(*) FROM notes').pluck().get()).toBe(0)
    handle.close()
    const backup = `${path}.backup-v1`
    expect(schemaOf(backup)).toEqual(before)
    const restored = openStudyStore(backup)
    const original = openStudyStore(copyFixture('v0001'))
    // Files lie beside the database, wherever it is.
    const content = (store: typeof restored) => ({ ...store.snapshot(1), artifacts: [] })
    expect(content(restored)).toEqual(content(original))
    restored.close()
    original.close()
  })

  it('leave the old database untouched when one of them fails', () => {
    const path = copyFixture('v0001')
    const before = readFileSync(path)
    const fail: Migration = {
      version: next + 1,
      up(handle) {
        handle.exec('DROP TABLE winners')
        throw new Error('the step gave up')
      },
    }
    const steps = [...migrations, addNotes, fail]
    const error = errorOf('database.migrationFailed', () =>
      openDatabase(path, { migrations: steps }),
    )
    expect(error.detail).toEqual({
      path,
      from: 1,
      to: next + 1,
      reason: verbatim('the step gave up'),
    })
    expect(readFileSync(path)).toEqual(before)
    openStudyStore(path).close()
  })

  it('fail when rows lose what they refer to', () => {
    const path = copyFixture('v0001')
    const orphan: Migration = {
      version: next,
      up: handle => handle.exec('DROP TABLE metric_names; CREATE TABLE metric_names (id INTEGER PRIMARY KEY)'), // prettier-ignore
    }
    const error = errorOf('database.migrationFailed', () =>
      openDatabase(path, { migrations: [...migrations, orphan] }),
    )
    expect(JSON.stringify(error.detail.reason)).toContain('metrics')
    openStudyStore(path).close()
  })

  it('replace the backup of an earlier try and leave nothing half-written', () => {
    const path = copyFixture('v0001')
    writeFileSync(`${path}.backup-v1`, 'left over')
    // No process has an id as high as this.
    const torn = `${path}.backup-v1.4194305-0123abcd.part`
    writeFileSync(torn, 'torn')
    openDatabase(path, { migrations: [...migrations, addNotes] }).close()
    expect(readFileSync(`${path}.backup-v1`).subarray(0, 15).toString()).toBe('SQLite format 3')
    expect(existsSync(torn)).toBe(false)
  })

  it('need no backup for a new database', () => {
    const folder = scratch()
    openDatabase(join(folder, 'a.sqlite')).close()
    expect(readdirSync(folder).sort()).toEqual(['a.sqlite', 'a.sqlite.lock'])
  })

  it('keep foreign keys enforced afterwards', () => {
    const database = openDatabase(copyFixture('v0001'), { migrations: [...migrations, addNotes] })
    expect(database.handle.pragma('foreign_keys', { simple: true })).toBe(1)
    database.close()
  })

  it('are not for readers', () => {
    const options = { readOnly: true, migrations: [...migrations, addNotes] }
    const error = errorOf('database.readOnly', () => openDatabase(copyFixture('v0001'), options))
    expect(error.detail.reason).toEqual(msg('failure.olderSchema', { version: 1, supported: next }))
  })
})

describe('databases of released versions', () => {
  it.each(readdirSync(databases).filter(name => name.endsWith('.sqlite')))('%s opens', name => {
    const path = copyFixture(name.replace('.sqlite', ''))
    const store = openStudyStore(path)
    const snapshot = store.snapshot(1)
    expect(snapshot.study).toMatchObject({ name: 'fixture', state: 'finished' })
    expect(snapshot.trials.map(trial => trial.state)).toEqual([
      'complete',
      'pruned',
      'failed',
      'cancelled',
      'interrupted',
      'running',
    ])
    expect(snapshot.trials[0]).toMatchObject({
      parameters: { x: -0, kind: 'a', depth: 2 },
      values: [0.125],
      bestStep: 2,
      metrics: { loss: { steps: [1, 2, 3], values: [Number.NaN, 0.125, Infinity] } },
    })
    expect(snapshot.trials[2]?.attempts).toMatchObject([
      { state: 'failed', failure: { class: 'killed', reason: msg('legacy', { text: 'first' }) } },
      {
        state: 'failed',
        failure: { class: 'code', reason: msg('legacy', { text: 'second' }), stack: 'at x' },
      },
    ])
    expect(snapshot.winner).toEqual({
      trialNumber: 0,
      evaluatedAtMs: 9_000,
      metrics: { accuracy: 0.5, loss: Number.NaN },
    })
    expect(snapshot.artifacts).toHaveLength(1)
    expect(snapshot.events).toHaveLength(18)
    store.close()
  })

  it('the first schema is what it was when it was released', () => {
    const path = join(scratch(), 'a.sqlite')
    openDatabase(path, { migrations: migrations.slice(0, 1) }).close()
    expect(schemaOf(path)).toEqual(schemaOf(copyFixture('v0001')))
  })

  it('data of studies from before the registry get an entry each, with their studies', () => {
    const path = join(scratch(), 'old.sqlite')
    openDatabase(path, { migrations: migrations.slice(0, 5) }).close()
    const handle = new SqliteDatabase(path)
    const insert = handle.prepare(
      `INSERT INTO studies (name, state, created_at_ms, environment, dataset, specification, source,
         deleted_at_ms) VALUES (?, 'finished', ?, ?, ?, ?, '', ?)`,
    )
    const add = (
      name: string,
      atMs: number,
      dataset: object | null,
      objective: object,
      deletedAtMs: number | null = null,
    ) => {
      const specification = { ...sampleSpecification(name), objective }
      const environment = JSON.stringify(sampleEnvironment)
      const texts = [
        dataset === null ? null : JSON.stringify(dataset),
        JSON.stringify(specification),
      ]
      insert.run(name, atMs, environment, ...texts, deletedAtMs)
    }
    const hash = 'b'.repeat(64)
    const table = { task: 'tabular', data: { file: 'a.csv', target: 'y', validation: 0.2 } }
    const facts = { source: 'a.csv', rows: 7, classes: 3, warnings: ['w'] }
    const findings = [{ kind: 'targetInColumn', column: 'x' }]
    const fields = { contentHash: hash, sourceDirectory: '/d', networkInputs: { columns: 1 } }
    add('first', 10, { ...facts, ...fields }, table)
    add('second', 30, { ...facts, ...fields, findings }, table, 40)
    add('sounds', 20, { recordings: 4, contentHash: 'c'.repeat(64) }, { task: 'audio', data: {} })
    add('branin', 25, null, { function: 'branin' })
    handle.close()
    const store = openStudyStore(path)
    expect(store.datasets()).toEqual([
      {
        key: `unprepared:table:${hash}`,
        contentHash: hash,
        kind: 'table',
        format: null,
        rows: 7,
        classes: 3,
        bytes: null,
        sources: [],
        settings: { file: 'a.csv', target: 'y' },
        arrays: [],
        columns: [],
        facts: { ...facts, warnings: [{ code: 'legacy', values: { text: 'w' } }] },
        findings,
        firstSeenAtMs: 10,
        lastUsedAtMs: 30,
        studies: [
          { id: 1, name: 'first', state: 'finished', inBin: false },
          { id: 2, name: 'second', state: 'finished', inBin: true },
        ],
      },
      expect.objectContaining({ kind: 'audio', rows: 4, firstSeenAtMs: 20, settings: {} }),
    ])
    expect(store.listStudies().map(({ name }) => name)).toEqual(['first', 'sounds', 'branin'])
    store.close()
  })
})
