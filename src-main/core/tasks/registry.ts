import { byName } from '../values/named-values.ts'
import type { GivenObjective } from '../objectives/objective-kind.ts'
import { taskName } from '../objectives/task/task.ts'
import { audioTask } from './audio/audio.ts'
import { imageTask } from './image/image.ts'
import { tabularTask } from './tabular/tabular.ts'
import type { TaskDefinition } from './task-definition.ts'
import { textTask } from './text/text.ts'

const definitions = [audioTask, imageTask, tabularTask, textTask] as const

export type TaskName = (typeof definitions)[number]['name']

/** Names of every built-in task. */
export const taskNames: readonly TaskName[] = definitions.map(({ name }) => name)

/** The definition of every built-in task. */
export const taskDefinitions = byName<TaskDefinition & { readonly name: TaskName }>(definitions)

/** The task of an objective; undefined where it has none, or one that is not built in. */
export function taskOfObjective(
  objective: GivenObjective,
): (typeof taskDefinitions)[TaskName] | undefined {
  return Object.values(taskDefinitions).find(({ name }) => name === taskName(objective))
}

/** Whether an objective trains on the rows of a table, whose columns have names. */
export function trainsOnTable(objective: GivenObjective): boolean {
  return taskOfObjective(objective)?.dataKind === 'table'
}
