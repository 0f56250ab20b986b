import type { Handlers } from '../../api/common/method.ts'
import { checkMachine } from '../../../platform/ssh/check-machine.ts'
import { inspectJobQueue } from '../../../running/executors/job-queue/node/inspect-job-queue.ts'
import { JobQueueFile } from '../../../running/executors/job-queue/node/job-queue-file.ts'
import { MachineFile } from '../../../platform/ssh/machine-file.ts'
import { nothing } from '../../api/node/api-options.ts'
import type { MethodContext } from '../../api/node/method-context.ts'
import type { machineMethods } from '../common/methods.ts'

/** Machines that run trials over SSH, and job queues that workers take them from. */
export function machineHandlers({
  workspace,
}: Pick<MethodContext, 'workspace'>): Handlers<typeof machineMethods> {
  const machines = new MachineFile(workspace.machineFile)
  const jobQueues = new JobQueueFile(workspace.machineFile)
  return {
    'remote.list': async () =>
      machines
        .list()
        .map(({ name, host, workspace: folder }) => ({ name, host, workspace: folder })),
    'remote.add': async machine => nothing(machines.add(machine)),
    'remote.remove': async ({ name }) => nothing(machines.remove(name)),
    'remote.check': async ({ name }) => checkMachine(machines.find(name)),
    'remote.jobQueues': async () => jobQueues.list().map(({ url }) => ({ url })),
    'remote.inspectJobQueue': async ({ url, name }) => inspectJobQueue(jobQueues.find(url), name),
  }
}
