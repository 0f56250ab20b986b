import type { Handlers } from '../../api/common/method.ts'
import { describeCommand, installCommand, removeCommand } from './installed-command.ts'
import { nothing } from '../../api/node/api-options.ts'
import type { terminalCommandMethods } from '../common/methods.ts'

/** The command of the installed application, for a person to install and to remove. */
export function terminalCommandHandlers(): Handlers<typeof terminalCommandMethods> {
  return {
    'command.describe': async () => describeCommand(),
    'command.install': async () => nothing(installCommand()),
    'command.remove': async () => nothing(removeCommand()),
  }
}
