import { commandObjective } from './command/command.ts'
import { externalObjective } from './external/external.ts'
import { functionObjective } from './function/function.ts'
import { moduleObjective } from './module/module.ts'
import type { GivenObjective, ObjectiveKind, ObjectiveKindDefinition } from './objective-kind.ts'
import { taskObjective } from './task/task.ts'

/** Every kind of objective. */
export const objectiveKinds: Readonly<Record<ObjectiveKind, ObjectiveKindDefinition>> = {
  task: taskObjective,
  function: functionObjective,
  command: commandObjective,
  module: moduleObjective,
  external: externalObjective,
}

/** The kind of an objective, by the key that it has; undefined for one that is none. */
export function kindOfObjective(objective: GivenObjective): ObjectiveKindDefinition | undefined {
  return Object.values(objectiveKinds).find(({ name }) => name in objective)
}
