import type { Api } from '../../api/common/methods.ts'
import { checkMachine } from '../../../ssh/check-machine.ts'
import { lookAtQueue } from '../../../queue/look-at-queue.ts'
import { QueueFile } from '../../../queue/queue-file.ts'
import { MachineFile } from '../../../ssh/machine-file.ts'
import { type ApiOptions, nothing } from '../../api/node/api-options.ts'

/** Machines that run trials over SSH, and queues that workers take them from. */
export function remoteMethods({ workspace }: Pick<ApiOptions, 'workspace'>) {
  const machines = new MachineFile(workspace.machineFile)
  const queues = new QueueFile(workspace.machineFile)
  return {
    'remote.list': async () =>
      machines
        .list()
        .map(({ name, host, workspace: folder }) => ({ name, host, workspace: folder })),
    'remote.add': async machine => nothing(machines.add(machine)),
    'remote.remove': async ({ name }) => nothing(machines.remove(name)),
    'remote.check': async ({ name }) => checkMachine(machines.find(name)),
    'remote.queues': async () => queues.list().map(({ url }) => ({ url })),
    'remote.lookAtQueue': async ({ url, name }) => lookAtQueue(queues.find(url), name),
  } satisfies Partial<Api>
}
