import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStudyStore } from '../../../../src-main/platform/storage/sqlite-study-store.ts'
import { describeStore } from '../../../suites/store-suite.ts'

describeStore('a store in memory', () => ({
  open: () => openStudyStore(':memory:'),
  reopen: store => store,
  dispose: () => undefined,
}))

describeStore('a store in a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tunewright-store-'))
  const path = join(folder, 'studies.sqlite')
  return {
    open: () => openStudyStore(path),
    reopen(store) {
      store.close()
      return openStudyStore(path)
    },
    dispose: () => rmSync(folder, { recursive: true }),
  }
})
