import { z } from 'zod'
import type { goalSchema } from './keys/goals.ts'
import { externalObjective } from '../objectives/external/external.ts'
import type { ObjectiveKind } from '../objectives/objective-kind.ts'
import { kindOfObjective, objectiveKinds } from '../objectives/registry.ts'
import { studyKeySchemas } from './study-keys.ts'
import type { CommandObjective, ModuleObjective } from './user-code.ts'

/**
 * The study file: one schema for YAML and JSON, for the wizard and the published JSON Schema, made of the definitions of its keys.
 * Unknown keys are errors. Options of a task, function, sampler or pruner stand beside its name, those of an
 * executor below it; their own schemas live with the task, sampler, pruner or executor and are applied by
 * `study/study-check.ts`.
 */
export const studySpecificationSchema = z.strictObject(studyKeySchemas)

/** A study file as a person writes it: defaults may be missing. */
export type StudySpecificationInput = z.input<typeof studySpecificationSchema>
/** A checked study file with every default filled in. */
export type StudySpecification = z.output<typeof studySpecificationSchema>
export type Goal = z.infer<typeof goalSchema>
export type StopSpecification = StudySpecification['stop']
export type RetrySpecification = StudySpecification['retry']

/** Points of trials 0, 1, …: the configuration in use, then those that the file wants tried. */
export function firstPoints({
  currentConfiguration,
  enqueue,
}: Pick<StudySpecification, 'currentConfiguration' | 'enqueue'>): StudySpecification['enqueue'] {
  return currentConfiguration === undefined ? enqueue : [currentConfiguration, ...enqueue]
}

/** Which kind of objective a study has. */
export function objectiveKind(objective: StudySpecification['objective']): ObjectiveKind {
  return kindOfObjective(objective)?.name ?? externalObjective.name
}

export function isCommand(
  objective: StudySpecification['objective'],
): objective is CommandObjective {
  return objectiveKind(objective) === 'command'
}

function isModule(objective: StudySpecification['objective']): objective is ModuleObjective {
  return objectiveKind(objective) === 'module'
}

/** Whether its trials run code of the user, which needs trust. */
export function isUserCode(
  objective: StudySpecification['objective'],
): objective is CommandObjective | ModuleObjective {
  return objectiveKinds[objectiveKind(objective)].isUserCode === true
}

/** Name of the built-in task or test function, or what the user's code is called; `external` for a study that is asked and told. */
export function objectiveName(objective: StudySpecification['objective']): string {
  if (isCommand(objective)) {
    const { command } = objective
    return typeof command === 'string' ? command : command.join(' ')
  }
  if (isModule(objective)) return objective.module
  if ('external' in objective) return externalObjective.name
  return String('task' in objective ? objective.task : objective.function)
}
