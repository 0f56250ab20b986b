import { msg, type MessageDescriptor } from '../errors/message.ts'
import type { TrialRecord } from '../trial/trial.ts'
import type { StudySpecification } from './study-specification.ts'
import { isEstimatedFromPart } from './time-share.ts'

type Repeats = Pick<StudySpecification, 'folds' | 'replicates' | 'instances'>

/** How often a configuration is trained: once for each fold or instance, and all of that again for each replicate. */
export function trainingsOf({ folds, replicates, instances = [] }: Repeats): number {
  return replicates.count * folds * Math.max(instances.length, 1)
}

/** Why a configuration is trained several times. */
export interface RepeatedTrainings {
  /** `trainings`: for several reasons, such as every fold again for each replicate. */
  readonly by: 'folds' | 'instances' | 'replicates' | 'trainings'
  /** ≥ 2. */
  readonly count: number
  /** How their values become that of the trial. */
  readonly value: StudySpecification['replicates']['value']
}

/** Null where each configuration is trained once. */
export function repeatedTrainings(repeats: Repeats): RepeatedTrainings | null {
  const count = trainingsOf(repeats)
  if (count === 1) return null
  const { folds, replicates, instances = [] } = repeats
  const sizes = { instances: instances.length, folds, replicates: replicates.count }
  const [by = 'replicates', ...others] = (['instances', 'folds', 'replicates'] as const).filter(
    name => sizes[name] > 1,
  )
  return { by: others.length > 0 ? 'trainings' : by, count, value: replicates.value }
}

type ValuedTrial = Pick<TrialRecord, 'state' | 'values'> & Partial<Pick<TrialRecord, 'reason'>>

/**
 * What the values of a trial are: `mean of 5 folds`, `only fold 1 of 5` of a trial that was pruned there, `estimate from 3 of 5 trainings`.
 * Null where its configuration is trained once, and while it has no value.
 */
export function valueBasis(
  repeats: RepeatedTrainings | null,
  { state, values, reason = null }: ValuedTrial,
): MessageDescriptor | null {
  if (repeats === null || values.length === 0) return null
  const { by, count, value } = repeats
  const done = trainingsOfEstimate(reason)
  if (done !== null) return msg('trainings.estimate', { done, count })
  if (state === 'complete') return msg('trainings.of', { by, count, value })
  return msg('trainings.only', { by, number: 1, count })
}

/** The same of a value with the deviation behind it: `mean ± standard deviation of 5 folds`. */
export function deviationBasis(basis: MessageDescriptor): MessageDescriptor {
  return basis.code === 'trainings.of' ? msg('trainings.ofWithDeviation', basis.values) : basis
}

/** The same; null as well where the values are what those of all trials are. */
export function exceptionalBasis(
  repeats: RepeatedTrainings | null,
  trial: ValuedTrial,
): MessageDescriptor | null {
  const basis = valueBasis(repeats, trial)
  return basis?.code === 'trainings.of' ? null : basis
}

/** From how many trainings the values of a trial are estimated, by the reason of its end; null: they are no estimate. */
function trainingsOfEstimate(reason: MessageDescriptor | null): number | null {
  if (reason?.code === 'pruning.lostRace') return Number(reason.values?.['done'])
  return isEstimatedFromPart(reason) ? Number(reason?.values?.['part']) : null
}

/** How far a trial has come, over all its trainings. */
interface TrialSteps {
  /** Null before the first report, and where nobody knows how many steps a training takes. */
  readonly stepsDone: number | null
  /** Null where nobody knows. */
  readonly stepsTotal: number | null
}

/**
 * The steps of all trainings of a trial together. One that ended early counts as whole: its remaining steps are not taken.
 * @param trial `trainingsDone` of its trainings have ended, `lastStep` is that of the one that runs
 * @param whole steps of one training, and how many trainings there are
 */
export function stepsOfTrainings(
  trial: { readonly trainingsDone: number; readonly lastStep: number | null },
  whole: { readonly steps: number | null; readonly trainings: number },
): TrialSteps {
  const { trainingsDone, lastStep } = trial
  const { steps, trainings } = whole
  if (trainings === 1) return { stepsDone: lastStep, stepsTotal: steps }
  if (steps === null) return { stepsDone: null, stepsTotal: null }
  const stepsDone =
    trainingsDone === 0 && lastStep === null ? null : trainingsDone * steps + (lastStep ?? 0)
  return { stepsDone, stepsTotal: trainings * steps }
}

/** The instance of one of the trainings, from 0. Every trial meets them in the same order. */
export function instanceOf({ instances = [] }: Repeats, training: number): string | undefined {
  return instances[training % Math.max(instances.length, 1)]
}
