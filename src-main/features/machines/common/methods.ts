import {
  type Machine,
  machineNameSchema,
  machineSchema,
  type MachineReport,
  workspaceSchema,
} from '../../../contract/executor.ts'
import { type KnownQueue, knownQueueSchema, queueNameSchema } from '../../../contract/queue.ts'
import type { QueueReport } from '../../../contract/queue-protocol.ts'
import { answer, call } from '../../../core/processes/call.ts'

const { name, host } = machineSchema.shape

/** Machines that run trials over SSH, and queues that workers take them from. */
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
  /** Without their secrets. They are added on the command line. */
  'remote.queues': call(answer<readonly Pick<KnownQueue, 'url'>[]>, {}),
  /** Connects and looks which workers are there. */
  'remote.lookAtQueue': call(answer<QueueReport>, {
    url: knownQueueSchema.shape.url,
    name: queueNameSchema,
  }),
}
