import type { Command } from 'commander'
import { readTrialLogs } from '../../running/trial-logs.ts'
import { createContext, withReader } from '../context.ts'
import type { Translate } from '../../i18n/translate.ts'
import { wholeNumber } from '../usage-error.ts'

export function addLogsCommand(program: Command, t: Translate): void {
  program
    .command('logs')
    .description(t('cli.help.logs'))
    .argument('<study>', t('cli.help.study'))
    .argument('<trial>', t('cli.help.trial'))
    .option('--attempt <number>', t('cli.help.logs.attempt'))
    .action(
      async (
        name: string,
        trial: string,
        options: { readonly attempt?: string },
        command: Command,
      ) => {
        const context = createContext(command)
        const number = wholeNumber(trial, 'trial')
        const wanted =
          options.attempt === undefined ? null : wholeNumber(options.attempt, '--attempt')
        await withReader(context, reader => {
          const { id } = reader.findStudy(name)
          const logs = readTrialLogs(reader, context.workspace, id, number).filter(
            ({ attempt }) => wanted === null || attempt === wanted,
          )
          if (logs.length === 0 && !context.json) context.print(context.t('cli.noLog'))
          for (const log of logs) {
            if (context.json) context.printJson(log)
            else {
              if (logs.length > 1)
                context.print(context.t('cli.attemptHeading', { attempt: log.attempt }))
              context.print(log.text.replace(/\n$/, ''))
            }
          }
        })
      },
    )
}
