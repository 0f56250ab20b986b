import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { afterEach, expect, it, vi } from 'vitest'
import {
  backUpDaily,
  backUpDatabase,
} from '../../../src-main/features/backups/node/back-up-database.ts'
import { createBackEnd } from '../../../src-main/hosts/back-end/create-back-end.ts'
import { RunConditionsFile } from '../../../src-main/features/run-conditions/node/run-conditions-file.ts'
import { readLog } from '../../../src-main/features/diagnostics/node/keep-log.ts'
import { msg } from '../../../src-main/core/errors/message.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { listBackups, restoreBackup } from '../../../src-main/platform/storage/restore-backup.ts'
import type { StudyStore } from '../../../src-main/platform/storage/study-store.ts'
import { locateWorkspace } from '../../../src-main/platform/storage/workspace.ts'
import { buildFullDisk } from '../../helpers/disk/full-disk.ts'
import { jsonObjects, startTunewright } from '../../helpers/run-tunewright.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { errorOf, sampleStudy } from '../../helpers/store-samples.ts'
import { isSkipped } from '../../helpers/skipped-on-windows.ts'

const scratch = useScratchFolders()
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
afterEach(() => {
  vi.useRealTimers()
})

it.skipIf(isSkipped('birth'))(
  'one is made a day while the database changes, and three stay',
  async () => {
    const workspace = locateWorkspace(path.join(scratch(), 'studies.sqlite'))
    const store = openStudyStore(workspace.databasePath)
    store.createStudy(sampleStudy())
    const start = Date.now()
    await backUpDaily({ store, workspace, now: () => start + DAY_MS / 2 })
    expect(listBackups(workspace)).toEqual([])
    for (let day = 1; day <= 5; day++) {
      const now = (): number => start + day * (DAY_MS + 1_000)
      const changed = new Date(now() - 1_000)
      for (const file of ['', '-wal']) utimesSync(workspace.databasePath + file, changed, changed)
      await backUpDaily({ store, workspace, now })
      const made = listBackups(workspace)
      for (const { path: file, name } of made) {
        const at = new Date(name.slice(6, -7).replace(/T(\d\d)-(\d\d)-(\d\d)-/, 'T$1:$2:$3.'))
        utimesSync(file, at, at)
      }
      // Nothing has changed since.
      await backUpDaily({ store, workspace, now: () => now() + 1 })
      expect(listBackups(workspace)).toHaveLength(Math.min(day, 3))
    }
    store.close()
  },
)

it('one that was under way when its session was killed goes with the next session', async () => {
  const workspace = locateWorkspace(path.join(scratch(), 'studies.sqlite'))
  const store = openStudyStore(workspace.databasePath)
  const name = 'daily-2026-12-16T17-17-01-319Z.sqlite'
  mkdirSync(workspace.backupDirectory)
  const files = [`${name}.9999999-b5c5a443.part`, 'notes.9999999-b5c5a443.part', name]
  for (const file of files) writeFileSync(path.join(workspace.backupDirectory, file), '')
  await backUpDaily({ store, workspace, now: Date.now })
  store.close()
  expect(readdirSync(workspace.backupDirectory).sort()).toEqual(files.slice(1).toSorted())
})

it('one is put in the place of the database, which is set aside', async () => {
  const workspace = locateWorkspace(path.join(scratch(), 'studies.sqlite'))
  const store = openStudyStore(workspace.databasePath)
  store.createStudy(sampleStudy('before'))
  await backUpDatabase({ store, workspace, now: () => 0 })
  store.createStudy(sampleStudy('after'))
  const [backup] = listBackups(workspace)
  errorOf('database.locked', () => restoreBackup(workspace, backup?.name ?? '', 0))
  store.close()
  const damaged = path.join(workspace.backupDirectory, 'studies-broken.sqlite')
  writeFileSync(damaged, 'no database')
  errorOf('database.corrupt', () => restoreBackup(workspace, 'studies-broken.sqlite', 0))
  errorOf('file.notFound', () => restoreBackup(workspace, '../studies.sqlite', 0))
  const replacedFile = restoreBackup(workspace, backup?.name ?? '', 0)
  const names = [workspace.databasePath, replacedFile ?? ''].map(file => {
    const reader = openStudyStore(file, { readOnly: true })
    const studyNames = reader.listStudies().map(({ name }) => name)
    reader.close()
    return studyNames
  })
  expect(names).toEqual([['before'], ['before', 'after']])
  const files = readdirSync(path.dirname(workspace.databasePath))
  expect(files.filter(name => name.includes('.part'))).toEqual([])
})

const held = msg('ending.held', { cause: 'battery' })
const letStay = msg('ending.heldElsewhere')

function holdStudy(store: StudyStore): void {
  const study = store.createStudy(sampleStudy())
  const change = { studyId: study.id, state: 'paused', reason: held } as const
  store.setStudyState({ ...change, event: 'study.paused', atMs: 1 })
}

it('a study that was held in one waits for Resume when it is restored', async () => {
  const workspace = locateWorkspace(path.join(scratch(), 'studies.sqlite'))
  const store = openStudyStore(workspace.databasePath)
  holdStudy(store)
  await backUpDatabase({ store, workspace, now: () => 0 })
  expect(store.listStudies()[0]?.reason).toEqual(held)
  store.close()
  restoreBackup(workspace, listBackups(workspace)[0]?.name ?? '', 5)
  const restored = openStudyStore(workspace.databasePath, { readOnly: true })
  expect(restored.listStudies()[0]).toMatchObject({ state: 'paused', reason: letStay })
  restored.close()
})

it('what a restore left that was killed goes with the next one', async () => {
  const workspace = locateWorkspace(path.join(scratch(), 'studies.sqlite'))
  const store = openStudyStore(workspace.databasePath)
  await backUpDatabase({ store, workspace, now: () => 0 })
  store.close()
  const leftFiles = [
    `${workspace.databasePath}.9999999-0123abcd.part.lock-journal`,
    `${workspace.databasePath}-wal.9999999-0123abcd.part`,
    ...['', '-journal'].map(ending =>
      path.join(
        workspace.backupDirectory,
        `replaced-1970-01-01T00-00-00-000Z.sqlite.9999999-0123abcd.part${ending}`,
      ),
    ),
  ]
  for (const file of leftFiles) writeFileSync(file, '')
  restoreBackup(workspace, listBackups(workspace)[0]?.name ?? '', 5)
  const names = readdirSync(path.dirname(workspace.databasePath), { recursive: true })
  expect(names.filter(name => String(name).includes('.part'))).toEqual([])
})

it('a study that was held goes on only where runConditions lie beside its database', async () => {
  for (const { takesUpHeld, runConditions, reason } of [
    { takesUpHeld: false, runConditions: false, reason: held },
    { takesUpHeld: true, runConditions: false, reason: letStay },
    { takesUpHeld: true, runConditions: true, reason: held },
  ]) {
    const workspace = locateWorkspace(path.join(scratch(), 'studies.sqlite'))
    const store = openStudyStore(workspace.databasePath)
    holdStudy(store)
    if (runConditions) new RunConditionsFile(workspace.runConditionsFile).change(() => ({}))
    const backEnd = createBackEnd({ store, workspace, kind: 'web', now: Date.now, takesUpHeld })
    expect(store.listStudies()[0]).toMatchObject({ state: 'paused', reason })
    await backEnd.close()
    store.close()
  }
})

it.skipIf(isSkipped('birth'))(
  'one that cannot be made is told by a page in its log, once a day',
  async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const workspace = locateWorkspace(path.join(scratch(), 'studies.sqlite'))
    const store = openStudyStore(workspace.databasePath)
    store.createStudy(sampleStudy())
    writeFileSync(workspace.backupDirectory, 'a file stands in the place of the folder')
    let atMs = Date.now() + 2 * DAY_MS
    const backEnd = createBackEnd({ store, workspace, kind: 'web', now: () => atMs })
    const lines = async (): Promise<string[]> =>
      (await readLog(workspace)).split('\n').filter(line => line !== '')
    const linesLogged = async (count: number): Promise<void> => {
      while ((await lines()).length < count) await setImmediate()
    }
    vi.advanceTimersByTime(HOUR_MS)
    await linesLogged(1)
    atMs += DAY_MS - 1
    vi.advanceTimersByTime(HOUR_MS)
    await backUpDaily({ store, workspace, now: () => atMs })
    atMs += 1
    vi.advanceTimersByTime(HOUR_MS)
    await linesLogged(2)
    await backEnd.close()
    store.close()
    const all = await lines()
    expect(all).toHaveLength(2)
    for (const line of all) expect(line).toMatch(/Z backup: file\.unwritable .*studies-backups/)
  },
  20_000,
)

it('one that cannot be made is the answer, with the place', async () => {
  const workspace = locateWorkspace(path.join(scratch(), 'studies.sqlite'))
  const store = openStudyStore(workspace.databasePath)
  store.createStudy(sampleStudy())
  writeFileSync(workspace.backupDirectory, '')
  const now = (): number => Date.now() + 2 * DAY_MS
  const failure = await backUpDaily({ store, workspace, now })
  expect(failure?.code).toBe('file.unwritable')
  expect(failure?.detail).toMatchObject({ path: workspace.backupDirectory })
  store.close()
})

const branin = `name: branin
objective: { function: branin }
goals: [{ metric: value, direction: minimize }]
space: { x0: { float: [-5, 10] }, x1: { float: [0, 15] } }
stop: { trials: 2 }
`

it('one that finds no room is told by the command line, with the place and the bytes', async ({
  skip,
}) => {
  const folder = scratch()
  const built = buildFullDisk(folder)
  if ('why' in built) return skip(built.why)
  const backups = path.join(folder, 's-backups')
  const old = path.join(backups, 'daily-2020-01-01T00-00-00-000Z.sqlite')
  mkdirSync(backups)
  writeFileSync(old, '')
  utimesSync(old, 1, 1)
  writeFileSync(path.join(folder, 'study.yaml'), branin)
  const count = path.join(folder, 'count')
  const run = async (at: number, ...words: string[]) => {
    writeFileSync(count, Buffer.alloc(8))
    return startTunewright(['--db', 's.sqlite', ...words], folder, {
      LD_PRELOAD: built.library,
      FULL_DISK_AT: String(at),
      FULL_DISK_COUNT: count,
      FULL_DISK_FOLDER: backups,
    }).result
  }
  const noBackupPattern =
    /^No automatic backup was made: No room on the disk for .*s-backups.daily-[\dTZ-]+\.sqlite, which takes \d[\d,]+ bytes \(.*/
  // The first call looks for the folder. The file cannot be made; then a page of it finds no room.
  const person = await run(2, 'run', 'study.yaml')
  expect(person).toMatchObject({
    exitCode: 0,
    stderr: expect.stringMatching(noBackupPattern) as string,
  })
  expect(person.stderr.trimEnd()).not.toContain('\n')
  const program = await run(5, 'run', 'study.yaml', '--name', 'again', '--json')
  expect(program.exitCode).toBe(0)
  expect(jsonObjects(program.stderr)).toEqual([
    { event: 'notice', text: expect.stringMatching(noBackupPattern) as string },
  ])
  expect(readdirSync(backups)).toEqual([path.basename(old)])
}, 60_000)
