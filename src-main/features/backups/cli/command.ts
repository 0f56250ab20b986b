import { listBackups, restoreBackup } from '../../../platform/storage/restore-backup.ts'
import type { AddCommands } from '../../command-line/context.ts'
import { printList, localMinute } from '../../command-line/list-commands.ts'

export const addCommands: AddCommands = (program, t) => {
  program
    .command('backups')
    .description(t('cli.help.backups'))
    .option('--restore <name>', t('cli.help.backups.restore'))
    .run((context, { restore }: { readonly restore?: string }) => {
      const { workspace } = context
      if (restore !== undefined) {
        const replacedFile = restoreBackup(workspace, restore, context.now())
        const file = workspace.databasePath
        context.printValues(t('cli.restored', { name: restore, file, replacedFile }), {
          restored: restore,
          replacedFile,
        })
        return
      }
      printList(context, listBackups(workspace), {
        head: ['UTC', 'MB', t('studies.name')],
        cells: ({ name, bytes, madeAtMs }) => [
          localMinute(madeAtMs),
          (bytes / 1e6).toFixed(2),
          name,
        ],
        none: t('cli.noBackups'),
      })
    })
}
