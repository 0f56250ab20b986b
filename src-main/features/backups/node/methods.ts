import type { Handlers } from '../../api/common/method.ts'
import { listBackups } from '../../../platform/storage/restore-backup.ts'
import { backUpDatabase } from './back-up-database.ts'
import { readBackupSettings, writeBackupSettings } from './backup-settings.ts'
import { nothing } from '../../api/node/api-options.ts'
import type { MethodContext } from '../../api/node/method-context.ts'
import type { backupMethods } from '../common/methods.ts'

/** Copies of the database: made, listed, looked at, and put back. */
export function backupHandlers({
  store,
  workspace,
  now,
  queries,
  restore,
}: MethodContext): Handlers<typeof backupMethods> {
  return {
    'app.backUp': async ({ keep }) => backUpDatabase({ store, workspace, now, keep }),
    'backup.list': async () => {
      const studies = store.listStudies()
      return {
        backups: listBackups(workspace).map(({ path: _, ...backup }) => backup),
        ...readBackupSettings(workspace),
        present: {
          studies: studies.length,
          trials: studies.reduce((sum, { trials }) => sum + total(trials), 0),
        },
      }
    },
    'backup.check': async () => {
      const files = listBackups(workspace).map(({ name, path }) => [name, path] as const)
      return queries.ask({ kind: 'backups', files: Object.fromEntries(files) })
    },
    'backup.configure': async settings => nothing(writeBackupSettings(workspace, settings)),
    'backup.restore': async ({ name }) => restore(name),
  }
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}
