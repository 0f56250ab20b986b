import { hasSeveralStepUnits, stepUnitOf } from '../../core/study/step-unit.ts'
import type { StudySpecification } from '../../core/study/study-specification.ts'
import type { Assignment, TrialSnapshot } from '../../core/trial/trial.ts'
import { getOrInsertComputed } from '../../core/values/get-or-insert-computed.ts'
import type { Pruner } from './pruner.ts'

/**
 * A pruner that compares a trial with those alone whose steps are the same thing: a family's curves say nothing about those of
 * another. Rungs and budgets that follow from finished trials are laid out for each by itself; how many trials of the study must be
 * complete before anything is pruned counts all of them. A study whose trials are all alike is judged as a whole.
 * @param create makes the pruner that compares
 */
export function withinStepUnits(
  create: () => Pruner,
  study: Pick<StudySpecification, 'objective' | 'space'>,
): Pruner {
  if (!hasSeveralStepUnits(study)) return create()
  // The parameters of a trial keep their object while its reports grow.
  const units = new WeakMap<Assignment, string>()
  const unitOf = (trial: TrialSnapshot): string =>
    getOrInsertComputed(units, trial.parameters, () => stepUnitOf(study, trial))
  const pruners = new Map<string, Pruner>()
  const prunerOf = (unit: string): Pruner => getOrInsertComputed(pruners, unit, create)
  return {
    judge({ trial, others }) {
      const unit = unitOf(trial)
      const alike = others.filter(other => unitOf(other) === unit)
      const completeInStudy = others.filter(({ state }) => state === 'complete').length
      return prunerOf(unit).judge({ trial, others: alike, completeInStudy })
    },
    promote(trials) {
      for (const unit of new Set(trials.map(unitOf))) {
        const alike = trials.filter(trial => unitOf(trial) === unit)
        const proposal = prunerOf(unit).promote?.(alike) ?? null
        if (proposal !== null) return proposal
      }
      return null
    },
  }
}
