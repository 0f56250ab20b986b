import type { InstalledCommand } from './installed-command.ts'
import { answer, call } from '../../../core/processes/call.ts'

/** The command line of an installed application. */
export const commandRequests = {
  /** Null where nothing was installed: in the repository, or as a package of npm. */
  'command.describe': call(answer<InstalledCommand | null>, {}),
  'command.install': call(answer<null>, {}),
  'command.remove': call(answer<null>, {}),
}
