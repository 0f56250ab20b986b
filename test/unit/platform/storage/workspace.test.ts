import { chmodSync, statSync } from 'node:fs'
import path from 'node:path'
import process, { platform } from 'node:process'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { locateWorkspace } from '../../../../src-main/platform/storage/workspace.ts'
import {
  openStoreForWriting,
  openStudyStore,
} from '../../../../src-main/platform/storage/sqlite-study-store.ts'
import { LogFile } from '../../../../src-main/platform/processes/log-file.ts'
import { backUpDatabase } from '../../../../src-main/features/backups/node/back-up-database.ts'
import { useScratchFolders } from '../../../helpers/scratch-folder.ts'
import { sampleStudy } from '../../../helpers/store-samples.ts'

const scratch = useScratchFolders()
const rightsOf = (file: string): string => (statSync(file).mode & 0o777).toString(8)

let umask = 0
beforeEach(() => {
  // What most systems start with: everybody may read.
  umask = process.umask(0o022)
})
afterEach(() => {
  process.umask(umask)
})

test.skipIf(platform === 'win32')(
  'a new database, its log and its backups are their owner’s alone',
  async () => {
    const file = path.join(scratch(), 'data', 'studies.sqlite')
    const store = openStoreForWriting(file)
    store.createStudy(sampleStudy())
    const workspace = locateWorkspace(file)
    const { path: backup } = await backUpDatabase({ store, workspace, now: Date.now })
    const rights = [file, `${file}-wal`, backup].map(rightsOf)
    expect(rights).toEqual(['600', '600', '600'])
    expect([path.dirname(file), workspace.backupDirectory].map(rightsOf)).toEqual(['700', '700'])
    store.close()
    chmodSync(file, 0o640)
    openStudyStore(file).close()
    expect(rightsOf(file)).toBe('640')
  },
)

test.skipIf(platform === 'win32')('so is the log of errors', () => {
  const file = path.join(scratch(), 'logs', 'errors.log')
  new LogFile(file).write('text')
  expect([file, path.dirname(file)].map(rightsOf)).toEqual(['600', '700'])
})
