import { z } from 'zod'
import type { JsonObject } from '../../core/values/json.ts'
import type { NetworkSketch } from '../../core/models/network-sketch.ts'
import type { StudySpecification } from '../../core/study/study-specification.ts'
import type { Assignment } from '../../core/trial/trial.ts'
import { tasks } from './registry.ts'
import type { Task } from './task.ts'
import { taskName } from '../../core/objectives/task/task.ts'
import { ownValue } from '../../core/values/named-values.ts'

/** Under which the record of a study's data keeps what shapes its networks. */
export const inputsKey = 'networkInputs'

const jsonObject = z.record(z.string(), z.json()).transform(value => value as JsonObject)

/** The task of an objective; null for objectives without networks. */
export function taskOf(objective: StudySpecification['objective']): Task | null {
  return ownValue(tasks, taskName(objective) ?? '') ?? null
}

/**
 * The network of a study's assignment as it would be, or was, trained; null for objectives without networks and for
 * studies from before it was kept what shapes them.
 * @param dataset the study's record of its data
 * @throws AppError `training.invalid` for parameters that no network can have
 */
export function sketchTrial(
  { objective }: Pick<StudySpecification, 'objective'>,
  dataset: JsonObject | null,
  parameters: Assignment,
): NetworkSketch | null {
  const task = taskOf(objective)
  const inputs = jsonObject.safeParse(dataset?.[inputsKey])
  if (task === null || !inputs.success) return null
  return task.sketch(task.settingsSchema.parse(objective), inputs.data, parameters)
}
