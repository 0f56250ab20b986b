import {
  type Machine,
  machineNameSchema,
  machineSchema,
  type MachineReport,
  workspaceSchema,
} from '../../../core/machine/machines.ts'
import {
  type JobQueueReport,
  jobQueueNameSchema,
  type RegisteredJobQueue,
  registeredJobQueueSchema,
} from '../../../core/machine/job-queue.ts'
import { answer, call } from '../../../core/processes/call.ts'

const { name, host } = machineSchema.shape

/** Machines that run trials over SSH, and job queues that workers take them from. */
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
  'remote.jobQueues': call(answer<readonly Pick<RegisteredJobQueue, 'url'>[]>, {}),
  /** Connects and looks which workers are there. */
  'remote.inspectJobQueue': call(answer<JobQueueReport>, {
    url: registeredJobQueueSchema.shape.url,
    name: jobQueueNameSchema,
  }),
}
