import { type MessageDescriptor, msg } from '../../core/errors/message.ts'
import type { EnsembleChoice, EnsembleMember } from '../../core/models/built-model.ts'
import type { StudySpecification } from '../../core/study/study-specification.ts'
import { repeatedTrainings } from '../../core/study/trainings.ts'
import { ensembleMessage } from './ensemble.ts'
import { testedModelMessage } from './test-gap.ts'

/** A model by its members, and how it was trained. */
interface DescribedModel {
  /** At least one. */
  readonly members: readonly EnsembleMember[]
  readonly refit: boolean
  /** Null for a single trial. */
  readonly ensemble: Pick<EnsembleChoice, 'method'> | null
}

/** Which model it is: `trial 3`, `trial 3, model of fold 1`, `Selected predictions of trials 3 (75 %); 2 (25 %)`. */
export function builtModelMessage(
  { members, refit, ensemble }: DescribedModel,
  specification: Pick<StudySpecification, 'folds' | 'replicates' | 'instances'>,
): MessageDescriptor {
  if (ensemble !== null && members.length > 1)
    return ensembleMessage({ method: ensemble.method, members, refit })
  const number = members[0]?.trialNumber ?? 0
  if (refit) return msg('model.of.refit', { number })
  // An ensemble has the models of all folds of its trials.
  if (ensemble !== null && specification.folds > 1)
    return msg('model.of.trainings', { number, count: specification.folds })
  const model = testedModelMessage(repeatedTrainings(specification))
  return model === null
    ? msg('model.of.trial', { number })
    : msg('model.of.training', { number, model })
}
