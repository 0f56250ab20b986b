import { msg, verbatim } from '../../../../src-main/core/errors/message.ts'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { openDatabase } from '../../../../src-main/platform/storage/database.ts'
import type { Migration } from '../../../../src-main/platform/storage/migrations/migration.ts'
import {
  migrations,
  SCHEMA_VERSION,
} from '../../../../src-main/platform/storage/migrations/migrations.ts'
import { openStudyStore } from '../../../../src-main/platform/storage/sqlite-study-store.ts'
import { useScratchFolders } from '../../../helpers/scratch-folder.ts'
import {
  batch,
  errorOf,
  sampleFinish,
  sampleStudy,
  sampleTrial,
} from '../../../helpers/store-samples.ts'

const scratch = useScratchFolders()

/** A database of the first schema, with a study, a trial and its metrics. */
function makeDatabase(): string {
  const path = join(scratch(), 'studies.sqlite')
  const store = openStudyStore(path)
  const { id } = store.createStudy(sampleStudy())
  store.startTrial(sampleTrial(id, 0))
  store.appendMetrics(id, [batch(0, ['loss'], [[1, 0.5]])])
  store.finishTrial(sampleFinish(id, 0))
  store.close()
  return path
}

function schemaOf(path: string): unknown[] {
  const handle = new SqliteDatabase(path, { readonly: true })
  const sql = 'SELECT type, name, sql FROM sqlite_schema ORDER BY type, name'
  const schema = handle.prepare(sql).all()
  handle.close()
  return schema.filter(row => !String((row as { name: string }).name).startsWith('sqlite_stat'))
}

const next = SCHEMA_VERSION + 1
const addNotes: Migration = {
  version: next,
  up: handle => handle.exec(`CREATE TABLE notes (text TEXT NOT NULL) STRICT`),
}
const addAuthor: Migration = {
  version: next + 1,
  up: handle => handle.exec(`ALTER TABLE studies ADD COLUMN author TEXT NOT NULL DEFAULT 'none'`),
}

describe('steps', () => {
  it('begin above the schemas of earlier commits and rise by one', () => {
    expect(migrations[0]?.version).toBe(17)
    expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_, at) => 17 + at))
  })

  it.each([[[...migrations, addAuthor]], [[...migrations, ...migrations]]])(
    'are refused otherwise',
    steps => {
      const path = join(scratch(), 'a.sqlite')
      expect(() => openDatabase(path, { migrations: steps })).toThrow(/versions rise by one/)
    },
  )

  it('run in one go, after a backup of the old database', () => {
    const path = makeDatabase()
    const before = schemaOf(path)
    openDatabase(path, { migrations: [...migrations, addNotes, addAuthor] }).close()
    const handle = new SqliteDatabase(path, { readonly: true })
    expect(handle.pragma('user_version', { simple: true })).toBe(next + 1)
    expect(handle.prepare('SELECT author FROM studies').pluck().get()).toBe('none')
    expect(handle.prepare('SELECT count(*) FROM notes').pluck().get()).toBe(0)
    handle.close()
    const backup = `${path}.backup-v${SCHEMA_VERSION}`
    expect(schemaOf(backup)).toEqual(before)
    const restored = openStudyStore(backup)
    const original = openStudyStore(makeDatabase())
    // Files lie beside the database, wherever it is.
    const content = (store: typeof restored) => ({ ...store.snapshot(1), artifacts: [] })
    expect(content(restored)).toEqual(content(original))
    restored.close()
    original.close()
  })

  it('leave the old database untouched when one of them fails', () => {
    const path = makeDatabase()
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
      from: SCHEMA_VERSION,
      to: next + 1,
      reason: verbatim('the step gave up'),
    })
    expect(readFileSync(path)).toEqual(before)
    openStudyStore(path).close()
  })

  it('fail when rows lose what they refer to', () => {
    const path = makeDatabase()
    const orphan: Migration = {
      version: next,
      up: handle =>
        handle.exec('DROP TABLE metric_names; CREATE TABLE metric_names (id INTEGER PRIMARY KEY)'),
    }
    const error = errorOf('database.migrationFailed', () =>
      openDatabase(path, { migrations: [...migrations, orphan] }),
    )
    expect(JSON.stringify(error.detail.reason)).toContain('metrics')
    openStudyStore(path).close()
  })

  it('replace the backup of an earlier try and leave nothing half-written', () => {
    const path = makeDatabase()
    writeFileSync(`${path}.backup-v${SCHEMA_VERSION}`, 'left over')
    // No process has an id as high as this.
    const torn = `${path}.backup-v${SCHEMA_VERSION}.4194305-0123abcd.part`
    writeFileSync(torn, 'torn')
    openDatabase(path, { migrations: [...migrations, addNotes] }).close()
    expect(readFileSync(`${path}.backup-v${SCHEMA_VERSION}`).subarray(0, 15).toString()).toBe(
      'SQLite format 3',
    )
    expect(existsSync(torn)).toBe(false)
  })

  it('need no backup for a new database', () => {
    const folder = scratch()
    openDatabase(join(folder, 'a.sqlite')).close()
    expect(readdirSync(folder).sort()).toEqual(['a.sqlite', 'a.sqlite.lock'])
  })

  it('keep foreign keys enforced afterwards', () => {
    const database = openDatabase(makeDatabase(), { migrations: [...migrations, addNotes] })
    expect(database.handle.pragma('foreign_keys', { simple: true })).toBe(1)
    database.close()
  })

  it('are not for readers', () => {
    const options = { readOnly: true, migrations: [...migrations, addNotes] }
    const error = errorOf('database.readOnly', () => openDatabase(makeDatabase(), options))
    expect(error.detail.reason).toEqual(
      msg('failure.olderSchema', { version: SCHEMA_VERSION, supported: next }),
    )
  })
})
