import type { PrepareMessage } from '../../core/processes/trainer-protocol.ts'
import type { PreparedObjective } from './prepared-objective.ts'

/**
 * Loads engine and data of an objective. The modules are imported on demand: a test function
 * needs no TensorFlow.js, which takes ten times longer to load than everything else.
 */
export async function prepareObjective(message: PrepareMessage): Promise<PreparedObjective> {
  if ('task' in message.objective) {
    const { prepareTask } = await import('./prepared-task.ts')
    return prepareTask(message)
  }
  if ('command' in message.objective) {
    const { prepareCommand } = await import('./command-run.ts')
    return prepareCommand(message)
  }
  if ('module' in message.objective) {
    const { prepareModule } = await import('./module-run.ts')
    return prepareModule(message)
  }
  const { prepareFunction } = await import('./prepared-function.ts')
  return prepareFunction(message)
}
