import process from 'node:process'
import { runStudy } from '../../../src-main/running/run-study.ts'
import { openStudyStore } from '../../../src-main/storage/sqlite-study-store.ts'
import { locateWorkspace } from '../../../src-main/storage/workspace.ts'
import { toAppError } from '../../../src-main/contract/errors.ts'

/** Runs one session of the only study of a database, and says how it ended: a state of the study, or the code of an error. */
async function session(databasePath: string, datasetCacheDirectory: string): Promise<string> {
  try {
    const store = openStudyStore(databasePath)
    try {
      const workspace = { ...locateWorkspace(databasePath), datasetCacheDirectory }
      const study = store.findStudy('1')
      const { end, testFailure } = await runStudy({ store, study, workspace, now: Date.now })
      return testFailure === null ? end.state : `${end.state} ${testFailure.code}`
    } finally {
      store.close()
    }
  } catch (error) {
    const { code, message } = toAppError(error)
    return code === 'internal' ? message : code
  }
}

const [, , databasePath = '', datasets = ''] = process.argv
process.stdout.write(await session(databasePath, datasets))
