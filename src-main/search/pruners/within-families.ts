import { ownValue } from '../../core/values/named-values.ts'
import { getOrInsertComputed } from '../../core/values/get-or-insert-computed.ts'
import type { StudySpecification } from '../../core/study/study-specification.ts'
import type { TrialSnapshot } from '../../core/trial/trial.ts'
import type { Pruner } from './pruner.ts'
import { taskOfObjective } from '../../core/tasks/registry.ts'

/**
 * A pruner that compares a trial with those of its own family alone: their steps are alike, those of others are not. Rungs
 * and budgets that follow from finished trials are a family's own, too. Studies of one family are judged as ever.
 * @param create makes the pruner that compares
 */
export function withinFamilies(
  create: () => Pruner,
  { objective, space }: Pick<StudySpecification, 'objective' | 'space'>,
): Pruner {
  const name = taskOfObjective(objective)?.familyParameter
  if (name === undefined || !Object.hasOwn(space, name)) return create()
  const familyOf = ({ parameters }: TrialSnapshot) => ownValue(parameters, name)
  const pruners = new Map<unknown, Pruner>()
  const prunerOf = (family: unknown) => getOrInsertComputed(pruners, family, create)
  return {
    judge({ trial, others }) {
      const family = familyOf(trial)
      const alike = others.filter(other => familyOf(other) === family)
      return prunerOf(family).judge({ trial, others: alike })
    },
    promote(trials) {
      for (const family of new Set(trials.map(familyOf))) {
        const alike = trials.filter(trial => familyOf(trial) === family)
        const proposal = prunerOf(family).promote?.(alike) ?? null
        if (proposal !== null) return proposal
      }
      return null
    },
  }
}
