import { msg } from '../../../core/errors/message.ts'
import { readTrialLogs } from '../../../running/trial-logs.ts'
import {
  type AddCommands,
  usageError,
  wholeNumber,
  withReader,
} from '../../command-line/context.ts'

export const addCommands: AddCommands = (program, t) => {
  program
    .command('logs')
    .description(t('cli.help.logs'))
    .argument('<study>', t('cli.help.study'))
    .argument('<trial>', t('cli.help.trial'))
    .option('--attempt <number>', t('cli.help.logs.attempt'))
    .run(async (context, name: string, trial: string, options: { readonly attempt?: string }) => {
      const number = wholeNumber(trial, 'trial')
      const wanted =
        options.attempt === undefined ? null : wholeNumber(options.attempt, '--attempt')
      await withReader(context, reader => {
        const { id } = reader.findStudy(name)
        const stored = reader.trial(id, number)
        const attempts = stored.attempts.map(attempt => attempt.number)
        if (wanted !== null && attempts.length > 0 && !attempts.includes(wanted)) {
          throw usageError('--attempt', String(wanted), msg('rule.oneOf', { values: attempts }))
        }
        const logs = readTrialLogs(reader, context.workspace, id, number).filter(
          ({ attempt }) => wanted === null || attempt === wanted,
        )
        if (logs.length === 0 && !context.json) context.print(t('cli.noLog', { attempt: wanted }))
        for (const log of logs) {
          const heading = t('cli.attemptHeading', { attempt: log.attempt })
          const isPruned = stored.state === 'pruned' && log.attempt === attempts.at(-1)
          const end = isPruned ? `\n${t('programs.endedByPruning')}` : ''
          const text = `${log.text.replace(/\n$/, '')}${end}`
          context.printValues(logs.length > 1 ? `${heading}\n${text}` : text, log)
        }
      })
    })
}
