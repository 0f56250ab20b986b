import { externalObjective } from '../../core/objectives/external/external.ts'
import { kindOfObjective, type ObjectiveKind } from '../../core/objectives/registry.ts'
import type { PrepareMessage } from '../../core/processes/trainer-protocol.ts'
import type { PreparedObjective } from './prepared-objective.ts'

type Prepare = (message: PrepareMessage) => Promise<PreparedObjective>

/**
 * How trials of each kind run. The modules are imported on demand: a test function needs no TensorFlow.js, which takes
 * ten times longer to load than everything else.
 */
const preparations: Readonly<Record<ObjectiveKind, Prepare>> = {
  task: async message => (await import('./prepared-task.ts')).prepareTask(message),
  function: async message => (await import('./prepared-function.ts')).prepareFunction(message),
  command: async message => (await import('./command-run.ts')).prepareCommand(message),
  module: async message => (await import('./module-run.ts')).prepareModule(message),
  // Nothing runs it here; a function refuses what names none.
  external: async message => (await import('./prepared-function.ts')).prepareFunction(message),
}

/** Loads engine and data of an objective. */
export async function prepareObjective(message: PrepareMessage): Promise<PreparedObjective> {
  return preparations[(kindOfObjective(message.objective) ?? externalObjective).name](message)
}
