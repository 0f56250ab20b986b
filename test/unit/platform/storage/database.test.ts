import { msg } from '../../../../src-main/core/errors/message.ts'
import {
  copyFileSync,
  linkSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join, toNamespacedPath } from 'node:path'
import process from 'node:process'
import SqliteDatabase from 'better-sqlite3'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { backUp } from '../../../../src-main/platform/storage/back-up.ts'
import { openDatabase } from '../../../../src-main/platform/storage/database.ts'
import { APPLICATION_ID } from '../../../../src-main/platform/storage/migrations/migrate.ts'
import { SCHEMA_VERSION } from '../../../../src-main/platform/storage/migrations/migrations.ts'
import { locksFolder } from '../../../../src-main/platform/storage/shared-slots.ts'
import { sqliteName } from '../../../../src-main/platform/storage/sqlite-name.ts'
import { openStudyStore } from '../../../../src-main/platform/storage/sqlite-study-store.ts'
import { isSkipped } from '../../../helpers/skipped-on-windows.ts'
import { useScratchFolders } from '../../../helpers/scratch-folder.ts'
import {
  batch,
  errorOf,
  runTrial,
  sampleFinish,
  sampleStudy,
  sampleTrial,
} from '../../../helpers/store-samples.ts'

const scratch = useScratchFolders()
afterEach(() => vi.unstubAllEnvs())

/** A cleanly closed database with one study, a finished trial 0 and a running trial 1. */
function createSample(): string {
  const path = join(scratch(), 'studies.sqlite')
  const store = openStudyStore(path)
  const { id } = store.createStudy(sampleStudy())
  store.startTrial(sampleTrial(id, 0))
  const rows = Array.from({ length: 2_000 }, (_, step) => [step, step / 7])
  store.appendMetrics(id, [batch(0, ['loss'], rows)])
  store.finishTrial(sampleFinish(id, 0))
  store.startTrial(sampleTrial(id, 1))
  store.close()
  return path
}

/** Changes a database behind the store's back. */
function tamper<Result>(path: string, action: (handle: SqliteDatabase.Database) => Result): Result {
  const handle = new SqliteDatabase(path)
  try {
    return action(handle)
  } finally {
    handle.close()
  }
}

describe('settings', () => {
  it.each([
    ['journal_mode', 'wal'],
    ['synchronous', 2],
    ['foreign_keys', 1],
    ['busy_timeout', 5000],
    ['trusted_schema', 0],
    ['cell_size_check', 1],
    ['mmap_size', 0],
    ['application_id', APPLICATION_ID],
    ['user_version', SCHEMA_VERSION],
  ])('writer: %s is %s', (name, value) => {
    const database = openDatabase(join(scratch(), 'a.sqlite'))
    expect(database.handle.pragma(name, { simple: true })).toBe(value)
    database.close()
  })

  it.each([
    ['query_only', 1],
    ['foreign_keys', 1],
    ['trusted_schema', 0],
    ['cell_size_check', 1],
    ['mmap_size', 0],
  ])('reader: %s is %s', (name, value) => {
    const database = openDatabase(createSample(), { readOnly: true })
    expect(database.handle.pragma(name, { simple: true })).toBe(value)
    database.close()
  })
})

describe('what is no database of ours', () => {
  it.each([[{ readOnly: true }], [{}]])('refuses a text file, opened with %j', options => {
    const path = join(scratch(), 'notes.sqlite')
    writeFileSync(path, 'not a database, but long enough to be read as one\n'.repeat(50))
    const before = readFileSync(path)
    expect(errorOf('database.corrupt', () => openDatabase(path, options)).detail.path).toBe(path)
    expect(readFileSync(path)).toEqual(before)
  })

  it.each([[{ readOnly: true }], [{}]])(
    'refuses a format of the schema that nobody knows, %j',
    options => {
      const path = createSample()
      const bytes = readFileSync(path)
      // SQLite format, §1.3.11: 1 to 4.
      bytes.writeUInt32BE(86, 44)
      writeFileSync(path, bytes)
      expect(errorOf('database.corrupt', () => openDatabase(path, options)).detail.path).toBe(path)
    },
  )

  it.each([[{ readOnly: true }], [{}]])("leaves another application's database, %j", options => {
    const path = join(scratch(), 'other.sqlite')
    tamper(path, handle => handle.exec('CREATE TABLE notes (text TEXT)'))
    const before = readFileSync(path)
    const error = errorOf('database.corrupt', () => openDatabase(path, options))
    expect(error.detail.reason).toEqual({ code: 'failure.otherDatabase' })
    expect(readFileSync(path)).toEqual(before)
  })

  it('names a folder, a missing folder and a missing file', () => {
    const folder = scratch()
    mkdirSync(join(folder, 'sub'))
    errorOf('file.unreadable', () => openDatabase(join(folder, 'sub')))
    const lost = join(folder, 'none', 'a.sqlite')
    expect(errorOf('file.notFound', () => openDatabase(lost)).detail.path).toBe(
      join(folder, 'none'),
    )
    const missing = join(folder, 'a.sqlite')
    const error = errorOf('file.notFound', () => openDatabase(missing, { readOnly: true }))
    expect(error.detail).toEqual({ path: missing, field: 'database' })
  })

  it('refuses a database from the future and leaves it as it is', () => {
    const path = createSample()
    tamper(path, handle => handle.pragma('user_version = 1000'))
    const before = readFileSync(path)
    for (const options of [{}, { readOnly: true }]) {
      const error = errorOf('database.future', () => openDatabase(path, options))
      expect(error.detail).toEqual({ path, found: 1000, supported: SCHEMA_VERSION })
    }
    expect(readFileSync(path)).toEqual(before)
  })
})

describe('damage', () => {
  /** Overwrites the first page of the table of metrics. */
  function tearPage(path: string): void {
    const page = tamper(path, handle =>
      handle
        .prepare<[], number>(`SELECT rootpage FROM sqlite_schema WHERE name = 'metrics'`)
        .pluck()
        .get(),
    )
    const bytes = readFileSync(path)
    bytes.fill(0xa5, ((page ?? 0) - 1) * 4096, (page ?? 0) * 4096)
    writeFileSync(path, bytes)
  }

  it('is typed when a torn page is read', () => {
    const path = createSample()
    tearPage(path)
    const reader = openStudyStore(path, { readOnly: true })
    expect(reader.trials(1, { metrics: false })).toHaveLength(2)
    errorOf('database.corrupt', () => reader.trial(1, 0))
    reader.close()
  })

  it('is looked for after an unclean exit only', () => {
    const path = createSample()
    tearPage(path)
    const store = openStudyStore(path)
    expect(store.findStudy('study').trials.complete).toBe(1)
    // Closing gathers statistics and meets the page: it did not end cleanly, but the lock is free.
    errorOf('database.corrupt', () => store.close())
    const error = errorOf('database.corrupt', () => openStudyStore(path))
    expect(error.detail.reason.code).toBe('failure.uncleanExit')
  })

  it('marks a database that is open, and one that was closed', () => {
    const path = createSample()
    const clean = () =>
      tamper(path, handle => handle.prepare('SELECT cleanly_closed FROM store_state').pluck().get())
    expect(clean()).toBe(1)
    const store = openStudyStore(path)
    expect(clean()).toBe(0)
    store.close()
    expect(clean()).toBe(1)
  })

  it.each([
    ['studies', 'specification', '{"name":"x"}'],
    ['studies', 'environment', '[]'],
    ['trials', 'parameters', '{"x":null}'],
    ['trials', 'provenance', '{"sampler":1}'],
    ['attempts', 'engine', '{"name":"abacus"}'],
  ])('is typed when %s.%s breaks its schema', (table, column, text) => {
    const path = createSample()
    tamper(path, handle => {
      const names = ['trials_refuse_update', 'attempts_refuse_update']
      const [trials, attempts] = names.map(name =>
        handle
          .prepare<[string], string>('SELECT sql FROM sqlite_schema WHERE name = ?')
          .pluck()
          .get(name),
      )
      handle.exec('DROP TRIGGER trials_refuse_update; DROP TRIGGER attempts_refuse_update')
      handle.prepare(`UPDATE ${table} SET ${column} = ?`).run(text)
      // Without them the schema itself would be refused.
      handle.exec(`${trials}; ${attempts}`)
    })
    const reader = openStudyStore(path, { readOnly: true })
    const error = errorOf('database.corrupt', () => reader.snapshot(1))
    expect(error.detail.reason.values?.['column']).toContain(`${table}.${column}`)
    reader.close()
  })
})

describe('a schema that is not ours', () => {
  it.each([
    'CREATE TRIGGER evil AFTER INSERT ON objective_values BEGIN UPDATE objective_values SET value = -777; END',
    'CREATE VIEW evil AS SELECT * FROM trials',
    'DROP TRIGGER trials_refuse_update',
  ])('is refused before anything is read or written: %s', statement => {
    const path = createSample()
    tamper(path, handle => {
      handle.exec(statement)
    })
    for (const readOnly of [true, false] as const) {
      const error = errorOf('database.corrupt', () =>
        readOnly ? openStudyStore(path, { readOnly }) : openStudyStore(path),
      )
      expect(error.detail.reason).toMatchObject({ code: 'failure.otherSchema' })
    }
  })
})

describe('promises kept against other tools', () => {
  it.each([
    [`UPDATE events SET at_ms = 1`, 'append-only'],
    [`DELETE FROM events`, 'append-only'],
    [`UPDATE trials SET reason = 'x' WHERE number = 0`, 'never change'],
    [`UPDATE trials SET parameters = '{}' WHERE number = 0`, 'never change'],
    [`DELETE FROM trials WHERE number = 0`, 'never change'],
    [`UPDATE attempts SET slot = 5 WHERE trial_id = 1`, 'never change'],
    [`DELETE FROM attempts WHERE trial_id = 1`, 'never change'],
    [
      `INSERT INTO attempts VALUES (1, 9, 'failed', 0, 1, 1, NULL, NULL, NULL, NULL, NULL, NULL)`,
      'never change',
    ],
    [`UPDATE objective_values SET value = 0`, 'never change'],
    [`DELETE FROM objective_values`, 'never change'],
    [`INSERT INTO objective_values VALUES (1, 1, 0, 'finite')`, 'never change'],
    [`UPDATE metrics SET value = 0`, 'never change'],
    [`DELETE FROM metrics`, 'never change'],
    [`INSERT INTO metrics VALUES (1, 1, 99999, 0, 'finite')`, 'never change'],
    [`UPDATE trials SET state = 'done' WHERE number = 1`, 'CHECK'],
    [`UPDATE studies SET state = 'done'`, 'CHECK'],
    [`INSERT INTO metrics VALUES (2, 1, 1, 0.5, 'nan')`, 'CHECK'],
    [`INSERT INTO metrics VALUES (2, 1, 1, NULL, 'finite')`, 'CHECK'],
    [`UPDATE trials SET finished_at_ms = 1 WHERE number = 1`, 'CHECK'],
    [`UPDATE trials SET number = 'one' WHERE number = 1`, 'cannot store TEXT'],
    [`INSERT INTO metrics VALUES (99, 1, 1, 0, 'finite')`, 'FOREIGN KEY'],
  ])('%s is refused', (statement, reason) => {
    const path = createSample()
    tamper(path, handle => {
      expect(() => handle.exec(statement)).toThrow(reason)
    })
  })

  it('offers parameters as rows', () => {
    const rows = tamper(createSample(), handle =>
      handle.prepare('SELECT * FROM parameters WHERE trial_number = 1 ORDER BY name').all(),
    )
    expect(rows).toEqual([
      { study_id: 1, trial_number: 1, name: 'depth', value: 2, type: 'integer' },
      { study_id: 1, trial_number: 1, name: 'kind', value: 'a', type: 'text' },
      { study_id: 1, trial_number: 1, name: 'x', value: 1 / 3, type: 'real' },
    ])
  })
})

describe('a path longer than Windows takes as it is', () => {
  it('is opened by another name there', () => {
    const long = `C:\\${'a'.repeat(200)}\\${'b'.repeat(100)}.sqlite`
    expect(sqliteName(long, 'win32')).toBe(`\\\\?\\${long}`)
    expect(sqliteName(`\\\\?\\${long}`, 'win32')).toBe(`\\\\?\\${long}`)
    expect(sqliteName(`\\\\server\\${long.slice(3)}`, 'win32')).toBe(
      `\\\\?\\UNC\\server\\${long.slice(3)}`,
    )
    expect(sqliteName('C:\\a.sqlite', 'win32')).toBe('C:\\a.sqlite')
    expect(sqliteName(':memory:', 'win32')).toBe(':memory:')
    expect(sqliteName(long, 'linux')).toBe(long)
  })

  it('is written by one, read beside it, copied and opened again', () => {
    const folder = join(scratch(), 'x'.repeat(120), 'y'.repeat(120))
    mkdirSync(folder, { recursive: true })
    const path = join(folder, `${'z'.repeat(60)}.sqlite`)
    const store = openStudyStore(path)
    const { id } = store.createStudy(sampleStudy())
    const { detail } = errorOf('database.locked', () => openStudyStore(path))
    expect(detail.path).toBe(path)
    const reader = openStudyStore(path, { readOnly: true })
    expect(reader.snapshot(id)).toEqual(store.snapshot(id))
    reader.close()
    store.close()
    const database = openDatabase(path)
    backUp(database.handle, `${path}.copy`)
    database.close()
    openStudyStore(`${path}.copy`, { readOnly: true }).close()
  })
})

describe('one writer', () => {
  it('refuses a second one under names that the system takes for the same', () => {
    const path = createSample()
    const hardLink = join(scratch(), 'hard.sqlite')
    linkSync(path, hardLink)
    const store = openStudyStore(path)
    const upper = join(dirname(path), basename(path).toUpperCase())
    const names = process.platform === 'win32' ? [upper, toNamespacedPath(path)] : []
    for (const name of [path, hardLink, ...names]) {
      errorOf('database.locked', () => openStudyStore(name))
    }
    store.close()
  })

  it.skipIf(isSkipped('links'))(
    'refuses a second one under any name of the file, and says who writes',
    () => {
      const path = createSample()
      const link = join(scratch(), 'link.sqlite')
      symlinkSync(path, link)
      const store = openStudyStore(path)
      for (const name of [path, link]) {
        const error = errorOf('database.locked', () => openStudyStore(name))
        expect(error.detail).toEqual({
          path,
          reason: msg('failure.lockedByThisProcess', { process: process.pid }),
        })
      }
      runTrial(store, 1, 2, 0.5)
      store.close()
      const next = openStudyStore(link)
      expect(next.trial(1, 2).values).toEqual([0.5])
      next.close()
    },
  )

  it('says which folder of locks cannot be made, or which lock not be opened', ({ skip }) => {
    const [path, data] = [createSample(), scratch()]
    linkSync(path, join(scratch(), 'hard.sqlite'))
    const { dev, ino } = statSync(path)
    vi.stubEnv('XDG_DATA_HOME', data)
    vi.stubEnv('LOCALAPPDATA', data)
    const locks = locksFolder()
    if (!locks.startsWith(data)) skip('no variable moves the folder of a user here')
    const folder = dirname(locks)
    mkdirSync(dirname(folder), { recursive: true })
    writeFileSync(folder, '')
    expect(errorOf('file.unwritable', () => openStudyStore(path)).detail.path).toBe(locks)
    rmSync(folder)
    const lock = join(locks, `${dev}-${ino}.lock`)
    mkdirSync(lock, { recursive: true })
    expect(errorOf('file.unreadable', () => openStudyStore(path)).detail.path).toBe(lock)
    rmSync(lock, { recursive: true })
    openStudyStore(path).close()
  })

  it('says which file is damaged when it is the lock', () => {
    const path = createSample()
    writeFileSync(`${path}.lock`, 'not a database, but long enough to be read as one\n'.repeat(50))
    const error = errorOf('database.corrupt', () => openStudyStore(path))
    expect(error.detail.path).toBe(`${path}.lock`)
  })

  it('gives the lock back when opening fails', () => {
    const path = createSample()
    tamper(path, handle => handle.pragma('user_version = 1000'))
    errorOf('database.future', () => openStudyStore(path))
    errorOf('database.future', () => openStudyStore(path))
  })

  it('lets readers in, who see what was acknowledged and cannot write', () => {
    const path = createSample()
    const store = openStudyStore(path)
    const reader = openStudyStore(path, { readOnly: true })
    runTrial(store, 1, 2, 0.5)
    expect(reader.trial(1, 2)).toEqual(store.trial(1, 2))
    expect(reader).not.toHaveProperty('startTrial')
    const database = openDatabase(path, { readOnly: true })
    const write = () => database.write(() => database.handle.exec('DELETE FROM winners'))
    errorOf('database.readOnly', write)
    database.close()
    reader.close()
    store.close()
  })

  it('reads a database whose writer went away in the middle', () => {
    const path = createSample()
    const store = openStudyStore(path)
    runTrial(store, 1, 2, 0.5)
    const copy = join(scratch(), 'copy.sqlite')
    copyFileSync(path, copy)
    copyFileSync(`${path}-wal`, `${copy}-wal`)
    store.close()
    const reader = openStudyStore(copy, { readOnly: true })
    expect(reader.trial(1, 2).values).toEqual([0.5])
    reader.close()
  })
})
