import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import SqliteDatabase from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { isAppError } from '../../../src-main/core/errors/errors.ts'
import { createRandomStream } from '../../../src-main/math/random/stream.ts'
import { repairDatabase } from '../../../src-main/platform/storage/repair.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { kindsOfStudies } from '../../helpers/kinds-of-studies.ts'
import { runTunewright } from '../../helpers/run-tunewright.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { seedStudies } from '../../helpers/seed-studies.ts'

/** Databases with pages overwritten. `TUNEWRIGHT_DAMAGED=2000` damages as many. */
const scratch = useScratchFolders()
const count = Number(process.env['TUNEWRIGHT_DAMAGED'] ?? 40)
const PAGE_BYTES = 4_096

/** Every page of the tree that begins on page 1. */
function overwriteSchema(bytes: Buffer, page = 1): void {
  const start = (page - 1) * PAGE_BYTES
  const head = start + (page === 1 ? 100 : 0)
  if (bytes[head] === 5) {
    for (let cell = 0; cell < bytes.readUInt16BE(head + 3); cell++) {
      const at = bytes.readUInt16BE(head + 12 + 2 * cell)
      overwriteSchema(bytes, bytes.readUInt32BE(start + at))
    }
    overwriteSchema(bytes, bytes.readUInt32BE(head + 8))
  }
  bytes.fill(0x5a, start, start + PAGE_BYTES)
}

function makeDatabase(): { readonly file: string; readonly trials: number } {
  const file = path.join(scratch(), 'studies.sqlite')
  const specification = {
    objective: { function: 'branin' },
    goals: [{ metric: 'loss', direction: 'minimize' as const }],
    space: { x: { float: [-5, 10] as [number, number] } },
  }
  const trials = Array.from({ length: 120 }, (_, number) => ({
    parameters: { x: number / 20 },
    state: 'complete' as const,
    values: [number],
    curve: Array.from({ length: 12 }, (_, step) => step / 3),
  }))
  seedStudies(file, [
    { name: 'first', specification, trials },
    { name: 'second', specification, trials },
  ])
  return { file, trials: trials.length }
}

it('damage after an unclean end is told to who reads, too', () => {
  const { file } = makeDatabase()
  const bytes = readFileSync(file)
  const handle = new SqliteDatabase(file)
  const page =
    handle
      .prepare<[], number>("SELECT rootpage FROM sqlite_schema WHERE name = 'trials'")
      .pluck()
      .get() ?? 0
  handle.close()
  bytes.fill(0x5a, (page - 1) * PAGE_BYTES, page * PAGE_BYTES)
  writeFileSync(file, bytes)
  // Nobody looks for damage after a clean end: it would cost every reader seconds.
  openStudyStore(file, { readOnly: true }).close()
  const unclean = new SqliteDatabase(file)
  unclean.exec('UPDATE store_state SET cleanly_closed = 0')
  unclean.close()
  const open = () => openStudyStore(file, { readOnly: true })
  expect(open).toThrow(expect.objectContaining({ code: 'database.corrupt' }) as Error)
})

it('a whole database comes out as it went in', () => {
  const { file } = makeDatabase()
  const target = path.join(scratch(), 'new.sqlite')
  const { studies, tables } = repairDatabase(file, scratch(), target)
  expect(studies).toEqual([
    { name: 'first', trials: 120, lost: [] },
    { name: 'second', trials: 120, lost: [] },
  ])
  expect(tables.filter(({ isDamaged, dropped }) => isDamaged || dropped > 0)).toEqual([])
  const [before, after] = [file, target].map(databaseFile =>
    openStudyStore(databaseFile, { readOnly: true }),
  )
  for (const id of [1, 2]) expect(after?.snapshot(id)).toEqual(before?.snapshot(id))
  before?.close()
  after?.close()
})

it(`of ${count} damaged databases it saves what can be read, and the result opens`, () => {
  const { file, trials } = makeDatabase()
  const whole = readFileSync(file)
  const pages = whole.length / PAGE_BYTES
  const random = createRandomStream({ seed: 19, number: 3, purpose: 'damaged databases' })
  const folder = scratch()
  const damaged = path.join(folder, 'damaged.sqlite')
  let [saved, refused] = [0, 0]
  for (let index = 0; index < count; index++) {
    const bytes = Buffer.from(whole)
    const hurt = 1 + random.integer(3)
    for (let fault = 0; fault < hurt; fault++) {
      // Page 1 holds the schema: without it, pages have no names.
      const page = index % 20 === 0 ? 0 : 1 + random.integer(pages - 1)
      const from = page * PAGE_BYTES + random.integer(PAGE_BYTES - 64)
      const length = random.uniform() < 0.5 ? 64 : (page + 1) * PAGE_BYTES - from
      for (let at = from; at < from + length; at++) bytes[at] = random.integer(256)
    }
    writeFileSync(damaged, bytes)
    const target = path.join(scratch(), 'new.sqlite')
    try {
      const { studies } = repairDatabase(damaged, scratch(), target)
      const store = openStudyStore(target)
      for (const study of store.listStudies()) {
        const snapshot = store.snapshot(study.id)
        expect(snapshot.trials.map(({ number }) => number)).toEqual(
          snapshot.trials.map((_, at) => at),
        )
      }
      store.close()
      saved += studies.reduce((sum, study) => sum + study.trials, 0)
    } catch (error) {
      if (!isAppError(error, 'database.corrupt')) throw error
      refused++
      expect(existsSync(target)).toBe(false)
    }
  }
  expect(refused).toBeLessThan(count / 4)
  expect(saved).toBeGreaterThan(0.6 * count * 2 * trials)
}, 300_000)

it.each([
  ['all of page 1', 0, PAGE_BYTES],
  ['the end of page 1', 2_000, PAGE_BYTES],
  ['a page of the schema', 15 * PAGE_BYTES, 16 * PAGE_BYTES],
  ['pages of the schema', 15 * PAGE_BYTES, 17 * PAGE_BYTES],
  ['a byte of a table', 16 * PAGE_BYTES - 40, 16 * PAGE_BYTES - 39],
])('saves every trial where %s is overwritten', (_, from, to) => {
  const { file } = makeDatabase()
  const content = readFileSync(file)
  content.fill(0x5a, from, to)
  writeFileSync(file, content)
  const { studies } = repairDatabase(file, scratch(), path.join(scratch(), 'new.sqlite'))
  expect(studies.map(({ trials, lost }) => [trials, lost])).toEqual([
    [120, []],
    [120, []],
  ])
})

it('is a command that leaves the damaged file as it is', async () => {
  const { file } = makeDatabase()
  const folder = path.dirname(file)
  const bytes = readFileSync(file)
  // The header alone.
  bytes.fill(0, 0, 20)
  writeFileSync(file, bytes)
  const opened = await runTunewright(['--db', file, 'list'], folder)
  expect(opened.stderr).toContain('tunewright repair')
  const repaired = await runTunewright(['repair', file, '-o', 'new.sqlite'], folder)
  expect(repaired).toMatchObject({ exitCode: 0, stderr: '' })
  expect(repaired.stdout).toContain('first: 120 trials saved')
  expect(readFileSync(file).equals(bytes)).toBe(true)
  const again = await runTunewright(['repair', file, '-o', 'new.sqlite'], folder)
  expect(again.exitCode).toBe(2)
  const listed = await runTunewright(['--db', 'new.sqlite', 'list'], folder)
  expect(listed.stdout).toContain('second')
})

describe('a database with studies of every kind', () => {
  const contentOf = (file: string): unknown => {
    const store = openStudyStore(file)
    try {
      return store.listStudies().map(({ id, name }) => {
        const { study, trials, events, winner } = store.snapshot(id)
        return { name, study, trials, events, winner, history: store.history(id) }
      })
    } finally {
      store.close()
    }
  }

  it.each([
    ['page 1 is overwritten', (bytes: Buffer) => bytes.fill(0x5a, 0, PAGE_BYTES)],
    ['names in page 1 are', (bytes: Buffer) => bytes.fill(0x5a, 108, PAGE_BYTES)],
    ['all of the schema is', (bytes: Buffer) => overwriteSchema(bytes)],
  ])('saves every row where %s', (_, damage) => {
    const whole = path.join(scratch(), 'studies.sqlite')
    seedStudies(whole, Object.values(kindsOfStudies))
    const damaged = path.join(scratch(), 'damaged.sqlite')
    const bytes = readFileSync(whole)
    damage(bytes)
    writeFileSync(damaged, bytes)
    // Folders of code and data are named from where the database lies.
    const target = path.join(path.dirname(whole), 'new.sqlite')
    const { studies, tables } = repairDatabase(damaged, scratch(), target)
    expect(studies.flatMap(({ lost }) => lost)).toEqual([])
    expect(tables.filter(({ dropped }) => dropped > 0)).toEqual([])
    expect(contentOf(target)).toEqual(contentOf(whole))
  })
})
