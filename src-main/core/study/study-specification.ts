import { z } from 'zod'
import type { goalSchema } from './keys/goals.ts'
import { externalObjective } from '../objectives/external/external.ts'
import { kindOfObjective, type ObjectiveKind, objectiveKinds } from '../objectives/registry.ts'
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
export function objectiveKind(
  objective: StudySpecification['objective'],
): (typeof objectiveKinds)[ObjectiveKind] {
  return kindOfObjective(objective) ?? objectiveKinds[externalObjective.name]
}

/** Whether its trials run code of the user, which needs trust. */
export function isUserCode(
  objective: StudySpecification['objective'],
): objective is CommandObjective | ModuleObjective {
  return objectiveKind(objective).isUserCode === true
}

/** Name of the built-in task or test function, or what the user's code is called; `external` for a study that is asked and told. */
export function objectiveName(objective: StudySpecification['objective']): string {
  return objectiveKind(objective).title(objective)
}
