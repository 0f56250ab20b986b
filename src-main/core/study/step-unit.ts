import { taskOfObjective } from '../tasks/registry.ts'
import type { TrialRecord } from '../trial/trial.ts'
import { ownValue } from '../values/named-values.ts'
import type { StudySpecification } from './study-specification.ts'

/** The parameters that say how many steps a training has. */
const stepParameters = ['epochs', 'rounds'] as const

type Study = Pick<StudySpecification, 'objective' | 'space'>

function familyParameterOf({ objective, space }: Study): string | null {
  const name = taskOfObjective(objective)?.familyParameter
  return name !== undefined && Object.hasOwn(space, name) ? name : null
}

/** Whether steps of one trial can be another thing than steps of another. */
export function hasSeveralStepUnits(study: Study): boolean {
  const isConditional = stepParameters.some(name => study.space[name]?.when !== undefined)
  return isConditional || familyParameterOf(study) !== null
}

/**
 * What a step of a trial is, as a text that is equal for two trials exactly where steps of one can be compared with those of the
 * other: the family of the model of a table (an epoch, a round of boosting, a tree, the whole fit), and which of the parameters that
 * count steps the trial has, for any objective: a program with `epochs` for one kind of model and `rounds` for another.
 */
export function stepUnitOf(study: Study, { parameters }: Pick<TrialRecord, 'parameters'>): string {
  const familyParameter = familyParameterOf(study)
  const family = familyParameter === null ? undefined : ownValue(parameters, familyParameter)
  const counted = stepParameters.filter(name => Object.hasOwn(parameters, name))
  return JSON.stringify([family ?? null, ...counted])
}
