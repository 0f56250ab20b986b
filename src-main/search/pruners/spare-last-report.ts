import { objectiveKind, type StudySpecification } from '../../core/study/study-specification.ts'
import { trainingsOf } from '../../core/study/trainings.ts'
import { continueTrial, type Pruner, type PrunerContext, type PruningRequest } from './pruner.ts'
import { lastStepOf } from './shared/reports.ts'

/** A program that counts epochs from 0, or reports once more at its end, is off by this much from what its study plans. */
const LARGEST_COUNTING_OFFSET = 1

/**
 * A pruner that never ends a trial at its last report: nothing is saved there, and a full result would be lost. A goal that is
 * reported once, at the end, is therefore never pruned as soon as a trial has shown that.
 *
 * How long a trial is says the study (trainings and functions of ours). The length of a program is taken from complete trials: its planned
 * epochs or rounds where they counted as planned, else the step at which the longest of them ended. Where another program evaluates
 * the trials, that program decides what to do with the answer, and every judgment counts; so it does where a trial has several trainings,
 * as the others follow the one that is judged.
 * @param pruner compares trials whose steps are the same thing
 */
export function spareLastReport(
  pruner: Pruner,
  study: Pick<StudySpecification, 'objective' | 'folds' | 'replicates' | 'instances'>,
  context: Pick<PrunerContext, 'plannedSteps'>,
): Pruner {
  const { isUserCode = false, runsElsewhere = false } = objectiveKind(study.objective)
  if (runsElsewhere || trainingsOf(study) > 1) return pruner
  return {
    judge(request) {
      const decision = pruner.judge(request)
      if (decision.action === 'continue') return decision
      return isLastReport(request, isUserCode, context) ? continueTrial : decision
    },
    promote: trials => pruner.promote?.(trials) ?? null,
  }
}

function isLastReport(
  { trial, others }: PruningRequest,
  isUserCode: boolean,
  { plannedSteps = () => null }: Pick<PrunerContext, 'plannedSteps'>,
): boolean {
  const step = lastStepOf(trial)
  if (step === undefined) return false
  const planned = plannedSteps(trial)
  let longest = Number.NEGATIVE_INFINITY
  let largestOffset = Number.NEGATIVE_INFINITY
  for (const other of others) {
    const last = other.state === 'complete' ? lastStepOf(other) : undefined
    if (last === undefined) continue
    longest = Math.max(longest, last)
    largestOffset = Math.max(
      largestOffset,
      last - (plannedSteps(other) ?? Number.NEGATIVE_INFINITY),
    )
  }
  if (step === longest) return true
  if (planned === null) return false
  // A training of ours may end before its plan, but not after it.
  if (!isUserCode) return largestOffset <= 0 && step >= planned
  return Math.abs(largestOffset) <= LARGEST_COUNTING_OFFSET && step >= planned + largestOffset
}
