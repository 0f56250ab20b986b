import { spawnSync } from 'node:child_process'
import path from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { kindsOfStudies } from '../../helpers/kinds-of-studies.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { seedStudies } from '../../helpers/seed-studies.ts'

/**
 * Databases that the program `sqlite3` of the system writes out and reads in again. Debian 12 has 3.40.1, for which `json_valid(NULL)` is false.
 */
const scratch = useScratchFolders()
const sqlite3 = spawnSync('sqlite3', ['--version'], { encoding: 'utf8' })

it('no rule of a nullable column takes NULL for wrong', () => {
  const file = path.join(scratch(), 'new.sqlite')
  openStudyStore(file).close()
  const handle = new SqliteDatabase(file, { readonly: true })
  const schema = handle.prepare("SELECT sql FROM sqlite_schema WHERE type = 'table'").pluck().all()
  handle.close()
  const columns = schema
    .flatMap(sql => String(sql).split('\n'))
    .filter(line => line.includes('json_valid'))
  expect(columns.length).toBeGreaterThan(10)
  for (const column of columns) expect(column).toMatch(/NOT NULL|IS NULL OR/)
})

describe.skipIf(sqlite3.error !== undefined)('sqlite3', () => {
  it('dumps a database and makes the same one of it', () => {
    const file = path.join(scratch(), 'old.sqlite')
    seedStudies(file, Object.values(kindsOfStudies))
    const store = openStudyStore(file)
    const before = store.listStudies().map(({ id }) => store.snapshot(id))
    store.close()
    const copy = path.join(scratch(), 'new.sqlite')
    const dump = spawnSync('sqlite3', ['-readonly', file, '.dump'], { maxBuffer: 1 << 28 })
    const read = spawnSync('sqlite3', [copy], { input: dump.stdout, encoding: 'utf8' })
    expect([read.status, read.stderr]).toEqual([0, ''])
    const checked = spawnSync('sqlite3', [copy, 'PRAGMA integrity_check'], { encoding: 'utf8' })
    expect(checked.stdout.trim()).toBe('ok')
    // A dump has the rows, not the two numbers that name the owner and the schema.
    const handle = new SqliteDatabase(copy)
    for (const pragma of ['application_id', 'user_version']) {
      const from = new SqliteDatabase(file, { readonly: true })
      handle.pragma(`${pragma} = ${String(from.pragma(pragma, { simple: true }))}`)
      from.close()
    }
    handle.close()
    const again = openStudyStore(copy)
    const after = again.listStudies().map(({ id }) => again.snapshot(id))
    again.close()
    const plain = (value: unknown) =>
      JSON.parse(JSON.stringify(value).replaceAll(copy, file)) as unknown
    expect(plain(after.map(({ study, trials, events }) => ({ study, trials, events })))).toEqual(
      plain(before.map(({ study, trials, events }) => ({ study, trials, events }))),
    )
  })
})
