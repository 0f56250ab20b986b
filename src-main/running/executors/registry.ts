import type { ExecutorDefinition } from './common/executor-definition.ts'
import type { ExecutorNode } from './executor-node.ts'
import { jobQueue } from './job-queue/common/definition.ts'
import { local } from './local/common/definition.ts'
import { slurm } from './slurm/common/definition.ts'
import { ssh } from './ssh/common/definition.ts'

/** An executor with what loads its Node half. */
export interface RegisteredExecutor {
  readonly definition: ExecutorDefinition
  readonly load: () => Promise<ExecutorNode>
}

/** Both halves of an executor have the same options. */
function register<Options>(
  definition: ExecutorDefinition<Options>,
  load: () => Promise<ExecutorNode<Options>>,
): RegisteredExecutor {
  return { definition, load }
}

/** Where trials run without the key `executor`, and beside others under its key. */
export const defaultExecutor = register(
  local,
  async () => (await import('./local/node/open.ts')).localNode,
)

/** Every executor; the order is that of the documentation and of the JSON Schema. */
export const executors: readonly RegisteredExecutor[] = [
  defaultExecutor,
  register(ssh, async () => (await import('./ssh/node/open.ts')).sshNode),
  register(slurm, async () => (await import('./slurm/node/open.ts')).slurmNode),
  register(jobQueue, async () => (await import('./job-queue/node/open.ts')).jobQueueNode),
]
