import type { Api } from '../../contract/api/methods.ts'
import {
  describeCommand,
  installCommand,
  removeCommand,
} from '../../installed/installed-command.ts'
import { nothing } from './api-options.ts'

/** The command of the installed application, for a person to install and to remove. */
export function commandMethods() {
  return {
    'command.describe': async () => describeCommand(),
    'command.install': async () => nothing(installCommand()),
    'command.remove': async () => nothing(removeCommand()),
  } satisfies Partial<Api>
}
