import type { TrialOrigin } from '../../core/trial/checkpoint.ts'
import { replicatesByTrial } from '../../analysis/summary/replicates.ts'
import { savesCheckpoints } from '../../core/objectives/checkpoint-support.ts'
import { timeShareMs } from '../../core/study/time-share.ts'
import { trainingsOf } from '../../core/study/trainings.ts'
import { objectiveKind, type StudySpecification } from '../../core/study/study-specification.ts'
import type { StudyRecord } from '../../core/study/study.ts'
import type { StudyStore } from '../../platform/storage/study-store.ts'
import type { TrialFinish } from '../../platform/storage/trials.ts'
import { meanAndDeviation } from '../../analysis/statistics/mean-and-deviation.ts'
import { mean } from '../../math/numbers.ts'
import { median } from '../../math/statistics/quantile.ts'
import { studyCapabilities } from '../../search/study-capabilities.ts'
import { chosenExecutor } from '../executors/chosen-executor.ts'
import { combineValues } from './replicates.ts'

type Values = readonly (readonly number[])[]

/** Where a trial begins and ends, unless at its beginning and as its parameters say. */
interface PlannedTrial {
  readonly origin?: TrialOrigin
  readonly untilStep?: number
}

/**
 * Which share of a study's minutes each trial has, and what a trial is worth whose trainings did not all fit into it. Only trainings of ours on
 * this machine have one: programs know best what they can leave out (`timeout.trialMinutes` ends them).
 */
export class TimeShares {
  readonly #study: () => StudyRecord
  /** Of complete trials with more than one training, by number. */
  readonly #complete = new Map<number, Values>()

  constructor(store: Pick<StudyStore, 'events' | 'outline'>, study: () => StudyRecord) {
    this.#study = study
    const { id, specification } = study()
    if (timeShareMs(specification) === null || trainingsOf(specification) === 1) return
    const states = new Map(store.outline(id).map(({ number, state }) => [number, state]))
    for (const [number, replicates] of replicatesByTrial(store.events(id)))
      if (states.get(number) === 'complete') this.ended(number, { state: 'complete', replicates })
  }

  /**
   * @returns milliseconds for all trainings of a trial together; null: as long as they take. A trial that goes on from a checkpoint does what a
   *   person or the sampler wants of it.
   */
  ofTrial({ origin, untilStep }: PlannedTrial): number | null {
    const { specification } = this.#study()
    const hasShare = origin === undefined && untilStep === undefined && sharesTime(specification)
    return hasShare ? timeShareMs(specification) : null
  }

  ended(number: number, { state, replicates }: Pick<TrialFinish, 'state' | 'replicates'>): void {
    if (state === 'complete' && replicates !== undefined && replicates.length > 1)
      this.#complete.set(number, replicates)
  }

  /**
   * The values that a trial would have with all its trainings, of which it did the first ones: a fold that is easy is so for all. What is missing is
   * estimated by {@link estimateTraining}.
   */
  valuesOfPart(part: Values): number[] {
    const { specification } = this.#study()
    const goals = part[0]?.map((_, goal) => goal) ?? []
    const filled = part.map(values => values)
    for (let training = part.length; training < trainingsOf(specification); training++) {
      const estimates = goals.map(goal => {
        const valuesOf = (trainings: Values): number[] =>
          trainings.map(values => values[goal] ?? Number.NaN)
        return estimateTraining(
          valuesOf(part),
          [...this.#complete.values()].map(valuesOf),
          training,
        )
      })
      if (!estimates.every(Number.isFinite)) break
      filled.push(estimates)
    }
    return combineValues(filled, specification.replicates.value)
  }
}

/**
 * What one more training of a trial would give: the mean of those that it has done, plus how much harder that training was for others (random
 * effects: the difference of each is one observation, and zero counts as one more). A trial whose mean over the same trainings is `d` away counts as
 * `1 / (1 + (d / 2s)²)` of an observation, where `s` is the usual deviation between trainings of a trial: how folds differ for a poor model says
 * little about a good one.
 * @param part one value per training that it has done, the first ones, at least one
 * @param others the same of other trials, in any number
 * @param training the one to estimate, from 0, ≥ the length of `part`
 */
function estimateTraining(
  part: readonly number[],
  others: readonly (readonly number[])[],
  training: number,
): number {
  const value = mean(part)
  const deviations = others.map(trainings => meanAndDeviation(trainings).deviation)
  const spread = 2 * median(deviations.filter(Number.isFinite))
  let weightSum = 1
  let differenceSum = 0
  for (const trainings of others) {
    const first = mean(trainings.slice(0, part.length))
    const difference = (trainings[training] ?? Number.NaN) - first
    if (!Number.isFinite(difference)) continue
    const distance = Math.abs(first - value)
    const weight = distance === 0 ? 1 : 1 / (1 + (distance / spread) ** 2)
    weightSum += weight
    differenceSum += weight * difference
  }
  return value + differenceSum / weightSum
}

function sharesTime(specification: StudySpecification): boolean {
  const { objective } = specification
  const { splitsTrainings, needsCheckpoints } = studyCapabilities(specification)
  return (
    objectiveKind(objective).leavesModel === true &&
    // A training with hypergradients has no steps at which it could end.
    savesCheckpoints(objective) &&
    !chosenExecutor(specification).definition.runsElsewhere &&
    !splitsTrainings &&
    !needsCheckpoints
  )
}
