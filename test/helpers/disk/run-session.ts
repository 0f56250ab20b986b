import process from 'node:process'
import { runStudy } from '../../../src-main/running/run-study.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { toAppError } from '../../../src-main/core/errors/errors.ts'
import { workspaceOf } from './full-disk.ts'

/** Runs one session of the only study of a project, and says how it ended: a state of the study, or the code of an error. */
async function session(folder: string): Promise<string> {
  try {
    const workspace = workspaceOf(folder)
    const store = openStudyStore(workspace.databasePath)
    try {
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

process.stdout.write(await session(process.argv[2] ?? ''))
