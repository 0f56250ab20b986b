import {
  type Machine,
  machineNameSchema,
  machineSchema,
  type MachineReport,
  workspaceSchema,
} from '../executor.ts'
import { answer, call } from './call.ts'

const { name, host } = machineSchema.shape

/** Machines that run trials over SSH. */
export const remoteRequests = {
  'remote.list': call(answer<readonly Omit<Machine, 'configuration'>[]>, {}),
  /** A page names no configuration: it could name a command. */
  'remote.add': call(answer<null>, {
    ...{ name, host },
    workspace: workspaceSchema.optional(),
  }),
  'remote.remove': call(answer<null>, { name: machineNameSchema }),
  /** Connects and looks what is there. */
  'remote.check': call(answer<MachineReport>, { name: machineNameSchema }),
}
