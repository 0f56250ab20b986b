import { answer } from '../../../core/processes/call.ts'
import { method } from '../../api/common/method.ts'
import type { InstalledCommand } from './installed-command.ts'

/** The command line of an installed application. */
export const terminalCommandMethods = {
  /** Null where nothing was installed: in the repository, or as a package of npm. */
  'command.describe': method(
    answer<InstalledCommand | null>,
    {},
    // They change what terminals start.
    { scope: null, changesNothing: true },
  ),
  'command.install': method(answer<null>, {}, { scope: null }),
  'command.remove': method(answer<null>, {}, { scope: null }),
} as const
