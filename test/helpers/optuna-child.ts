import process from 'node:process'
import { createBackEnd } from '../../src-main/hosts/back-end/create-back-end.ts'
import { steadyClock } from '../../src-main/platform/processes/run-time.ts'
import { openStoreForWriting } from '../../src-main/platform/storage/sqlite-study-store.ts'
import { locateWorkspace } from '../../src-main/platform/storage/workspace.ts'

/** The back end with its port for programs of Optuna and without a page: `DATABASE PORT [FAIL_AFTER_MS]`; prints the port. */
const [database = '', port = '0', failAfterMs] = process.argv.slice(2)
const workspace = locateWorkspace(database)
const store = openStoreForWriting(workspace.databasePath)
const backEnd = createBackEnd({ store, workspace, kind: 'web', now: steadyClock() })
const opened = await backEnd.openOptuna({
  port: Number(port),
  failAfterMs: failAfterMs === undefined ? null : Number(failAfterMs),
})
process.on('SIGTERM', () => {
  void backEnd.close().then(() => {
    store.close()
    process.exit(0)
  })
})
// Whoever reads it may end this process at once.
process.stdout.write(`${opened}\n`)
