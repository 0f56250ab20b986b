import {
  machineNameSchema,
  machineSchema,
  type Machine,
  type MachineReport,
  workspaceSchema,
} from '../../../core/machine/machines.ts'
import {
  type JobQueueReport,
  jobQueueNameSchema,
  type RegisteredJobQueue,
  registeredJobQueueSchema,
} from '../../../core/machine/job-queue.ts'
import { answer } from '../../../core/processes/call.ts'
import { method } from '../../api/common/method.ts'

const { name, host } = machineSchema.shape

/** Machines that run trials over SSH, and job queues that workers take them from. */
export const machineMethods = {
  'remote.list': method(
    answer<readonly Omit<Machine, 'configuration'>[]>,
    {},
    { scope: null, changesNothing: true },
  ),
  /** A page names no configuration: it could name a command. */
  'remote.add': method(
    answer<null>,
    {
      name,
      host,
      workspace: workspaceSchema.optional(),
    },
    { scope: null },
  ),
  'remote.remove': method(answer<null>, { name: machineNameSchema }, { scope: null }),
  /** Connects and looks what is there. */
  'remote.check': method(
    answer<MachineReport>,
    { name: machineNameSchema },
    { scope: null, changesNothing: true },
  ),
  /** Without their secrets. They are added on the command line. */
  'remote.jobQueues': method(
    answer<readonly Pick<RegisteredJobQueue, 'url'>[]>,
    {},
    { scope: null, changesNothing: true },
  ),
  /** Connects and looks which workers are there. */
  'remote.inspectJobQueue': method(
    answer<JobQueueReport>,
    {
      url: registeredJobQueueSchema.shape.url,
      name: jobQueueNameSchema,
    },
    { scope: null, changesNothing: true },
  ),
} as const
