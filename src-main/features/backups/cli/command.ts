import { listBackups, restoreBackup } from '../../../platform/storage/restore-backup.ts'
import type { AddCommands } from '../../command-line/context.ts'
import { formatTable } from '../../command-line/table.ts'

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
      const backups = listBackups(workspace)
      const head = ['UTC', 'MB', t('studies.name')]
      const rows = backups.map(({ name, bytes, madeAtMs }) => [
        new Date(madeAtMs).toISOString().slice(0, 16).replace('T', ' '),
        (bytes / 1e6).toFixed(2),
        name,
      ])
      context.printValues(
        rows.length === 0 ? t('cli.noBackups') : formatTable(head, rows),
        ...backups,
      )
    })
}
