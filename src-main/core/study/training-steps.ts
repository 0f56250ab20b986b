import type { TrialRecord } from '../trial/trial.ts'
import type { StudyCapabilities } from './study-capabilities.ts'
import { objectiveKind, type StudySpecification } from './study-specification.ts'

/**
 * Steps that a whole training takes, where its study says so: epochs of a network, rounds of boosting, steps of a function, else what the
 * sampler or the pruner takes for whole.
 */
export function stepsOf(
  {
    specification,
    capabilities,
  }: {
    readonly specification: StudySpecification
    readonly capabilities: Pick<StudyCapabilities, 'fullSteps'>
  },
  { parameters }: Pick<TrialRecord, 'parameters'>,
): number | null {
  const { objective, space } = specification
  const kind = objectiveKind(objective)
  if (kind.steps !== undefined) return kind.steps(objective) ?? 1
  const steps = parameters['epochs'] ?? parameters['rounds']
  if (typeof steps === 'number') return steps
  const { epochs } = space
  // Fixed ones of some families of models only say nothing of the others.
  const isForAll = epochs !== undefined && 'fixed' in epochs && epochs.when === undefined
  return isForAll && typeof epochs.fixed === 'number' ? epochs.fixed : capabilities.fullSteps
}
