import { existsSync } from 'node:fs'
import path from 'node:path'
import { AppError } from '../../../core/errors/errors.ts'
import { msg } from '../../../core/errors/message.ts'
import { renameOverSync } from '../../../platform/files/durable.ts'
import {
  inTemporaryFolder,
  removePartsOf,
  temporaryBeside,
} from '../../../platform/files/temporary.ts'
import { removeEntry } from '../../../platform/files/remove.ts'
import { repairDatabase } from '../../../platform/storage/repair.ts'
import type { AddCommands } from '../../command-line/context.ts'

export const addCommands: AddCommands = (program, t) => {
  program
    .command('repair')
    .description(t('cli.help.repair'))
    .argument('<file>', t('cli.help.repair.file'))
    .requiredOption('-o, --output <file>', t('cli.help.repair.output'))
    .run(async (context, file: string, { output }: { readonly output: string }) => {
      if (!existsSync(file)) throw new AppError('file.notFound', { path: file, field: 'file' })
      const target = path.resolve(output)
      if (existsSync(target)) {
        throw new AppError('file.exists', { path: target, rule: msg('rule.unused') })
      }
      const partial = temporaryBeside(target)
      try {
        removePartsOf(target)
        const repair = await inTemporaryFolder('repair', async folder =>
          repairDatabase(path.resolve(file), folder, partial),
        )
        renameOverSync(partial, target)
        const lines = [
          ...repair.studies.map(({ name, trials, lost }) =>
            t('cli.repaired.study', { name, trials, lost: lost.length === 0 ? null : lost }),
          ),
          ...repair.tables
            .filter(({ isDamaged, dropped }) => isDamaged || dropped > 0)
            .map(({ table, rows, isDamaged, dropped }) =>
              t('cli.repaired.table', { table, rows, dropped, isDamaged: isDamaged ? 1 : 0 }),
            ),
          t('cli.repaired', { file: target }),
        ]
        context.printValues(lines.join('\n'), { repaired: target, ...repair })
      } finally {
        await removeEntry(partial)
        await removeEntry(`${partial}.lock`)
      }
    })
}
