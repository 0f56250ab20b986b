import type { Api } from '../../api/common/methods.ts'
import { describeCommand, installCommand, removeCommand } from './installed-command.ts'
import { nothing } from '../../api/node/api-options.ts'

/** The command of the installed application, for a person to install and to remove. */
export function commandMethods() {
  return {
    'command.describe': async () => describeCommand(),
    'command.install': async () => nothing(installCommand()),
    'command.remove': async () => nothing(removeCommand()),
  } satisfies Partial<Api>
}
