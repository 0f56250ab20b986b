import { readdirSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { backUpDaily, backUpDatabase } from '../../../src-main/back-end/back-up-database.ts'
import { openStudyStore } from '../../../src-main/storage/sqlite-study-store.ts'
import { listBackups, restoreBackup } from '../../../src-main/storage/restore-backup.ts'
import { locateWorkspace } from '../../../src-main/storage/workspace.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { errorOf, sampleStudy } from '../../helpers/store-samples.ts'
import { isSkipped } from '../../helpers/skipped-on-windows.ts'

const scratch = useScratchFolders()
const DAY_MS = 86_400_000

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
  const aside = restoreBackup(workspace, backup?.name ?? '', 0)
  const names = [workspace.databasePath, aside ?? ''].map(file => {
    const reader = openStudyStore(file, { readOnly: true })
    const found = reader.listStudies().map(({ name }) => name)
    reader.close()
    return found
  })
  expect(names).toEqual([['before'], ['before', 'after']])
  const left = readdirSync(path.dirname(workspace.databasePath))
  expect(left.filter(name => name.includes('.part'))).toEqual([])
})
