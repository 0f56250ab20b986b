import { taskName } from '../objectives/task/task.ts'
import type { StudySpecification } from '../study/study-specification.ts'
import type { Assignment } from '../trial/trial.ts'
import { ownValue } from '../values/named-values.ts'
import { taskDefinitions } from './registry.ts'
import type { TaskDefinition } from './task-definition.ts'

/**
 * Parameters of a point that change nothing, whatever their value: widths of layers that are not there, and the dropout before them. A
 * study file need not say so by a condition; what explains results has to know it.
 */
export function inertParameters(
  objective: StudySpecification['objective'],
  parameters: Assignment,
): readonly string[] {
  const task = ownValue<TaskDefinition>(taskDefinitions, taskName(objective) ?? '')
  const { layers } = parameters
  if (task === undefined || typeof layers !== 'number') return []
  const isInert = (name: string): boolean => {
    const [, layer] = /^units(\d*)$/.exec(name) ?? []
    // The width of all layers that have none of their own.
    if (layer === '') return layers === 0
    if (layer !== undefined) return Number(layer) > layers
    return name === 'dropout' && layers === 0 && task.seesRowsFirst === true
  }
  return Object.keys(parameters).filter(isInert)
}

/** The same trials without parameters that changed nothing in them. */
export function withoutInert<Trial extends { readonly parameters: Assignment }>(
  objective: StudySpecification['objective'],
  trials: readonly Trial[],
): Trial[] {
  return trials.map(trial => {
    const inert = inertParameters(objective, trial.parameters)
    if (inert.length === 0) return trial
    const acting = Object.entries(trial.parameters).filter(([name]) => !inert.includes(name))
    return { ...trial, parameters: Object.fromEntries(acting) }
  })
}
