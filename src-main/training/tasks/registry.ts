import { unknownName } from '../../core/values/closest-name.ts'
import { byName, ownValue } from '../../core/values/named-values.ts'
import { AppError } from '../../core/errors/errors.ts'
import type { Starts } from '../../core/processes/search-protocol.ts'
import type { StudySpecification } from '../../core/study/study-specification.ts'
import { audioTask } from './audio/audio-task.ts'
import { imageTask } from './image/image-task.ts'
import { tabularTask } from './tabular/tabular-task.ts'
import { textTask } from './text/text-task.ts'
import type { Task } from './task.ts'
import { taskName } from '../../core/objectives/task/task.ts'

/** Every built-in training task by name. */
export const tasks: Readonly<Record<string, Task>> = byName<Task>([
  audioTask,
  imageTask,
  tabularTask,
  textTask,
])

/** @throws AppError `specification.invalid` for an unknown name */
export function findTask(name: string): Task {
  const task = ownValue(tasks, name)
  if (task !== undefined) return task
  const rule = unknownName('task', name, Object.keys(tasks))
  const problems = [{ path: ['objective', 'task'], value: name, rule }]
  throw new AppError('specification.invalid', { problems })
}

/** Points that a search over the objective begins with; undefined: none. */
export function startsOf(objective: StudySpecification['objective']): Starts | undefined {
  return ownValue(tasks, taskName(objective) ?? '')?.starts
}
