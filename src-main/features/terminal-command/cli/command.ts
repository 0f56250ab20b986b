import path from 'node:path'
import { AppError } from '../../../core/errors/errors.ts'
import { msg } from '../../../core/errors/message.ts'
import type { InstalledCommand } from '../common/installed-command.ts'
import { describeCommand, installCommand, removeCommand } from '../node/installed-command.ts'
import type { AddCommands } from '../../command-line/context.ts'

/** Installers call these too. */
export const addCommands: AddCommands = (program, t) => {
  program
    .command('install-command')
    .description(t('cli.help.installCommand'))
    .run(context => {
      described()
      installCommand()
      const command = described()
      const { state, location, way, isOnPath, pythonPackage, schema } = command
      const lines = [
        context.t(`command.state.${state}`, { location, way }),
        ...(way === 'searchPath' ? [context.t('command.newTerminals')] : []),
        ...(isOnPath ? [] : [context.t('command.notOnPath', { folder: path.dirname(location) })]),
        context.t('command.python', { path: pythonPackage }),
        context.t('command.schema', { path: schema }),
      ]
      context.printValues(lines.join('\n'), command)
    })
  program
    .command('remove-command')
    .description(t('cli.help.removeCommand'))
    .run(context => {
      described()
      removeCommand()
      const command = described()
      const { state, location, way } = command
      const text =
        state === 'absent'
          ? context.t('command.removed')
          : context.t(`command.state.${state}`, { location, way })
      context.printValues(text, command)
    })
}

function described(): InstalledCommand {
  const command = describeCommand()
  if (command === null) throw new AppError('usage.invalid', { reason: msg('rule.installedOnly') })
  return command
}
