import { byName } from '../values/named-values.ts'
import { commandObjective } from './command/command.ts'
import { externalObjective } from './external/external.ts'
import { functionObjective } from './function/function.ts'
import { moduleObjective } from './module/module.ts'
import type { GivenObjective, ObjectiveKindDefinition } from './objective-kind.ts'
import { taskObjective } from './task/task.ts'

const definitions = [
  taskObjective,
  functionObjective,
  commandObjective,
  moduleObjective,
  externalObjective,
] as const

export type ObjectiveKind = (typeof definitions)[number]['name']

/** Names of the kinds of objectives: the key of `objective` that tells which one a study has. */
export const objectiveKindNames: readonly ObjectiveKind[] = definitions.map(({ name }) => name)

/** Every kind of objective. */
export const objectiveKinds = byName<ObjectiveKindDefinition & { readonly name: ObjectiveKind }>(
  definitions,
)

/** The kind of an objective, by the key that it has; undefined for one that is none. */
export function kindOfObjective(
  objective: GivenObjective,
): (typeof objectiveKinds)[ObjectiveKind] | undefined {
  return Object.values(objectiveKinds).find(({ name }) => name in objective)
}
