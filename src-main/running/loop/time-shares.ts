import type { TrialOrigin } from '../../core/trial/checkpoint.ts'
import { replicatesByTrial } from '../../analysis/summary/replicates.ts'
import { savesCheckpoints } from '../../core/objectives/checkpoint-support.ts'
import { timeShareMs } from '../../core/study/time-share.ts'
import { trainingsOf } from '../../core/study/trainings.ts'
import { objectiveKind, type StudySpecification } from '../../core/study/study-specification.ts'
import type { StudyRecord } from '../../core/study/study.ts'
import type { StudyStore } from '../../platform/storage/study-store.ts'
import type { TrialFinish } from '../../platform/storage/trials.ts'
import { mean } from '../../math/numbers.ts'
import { studyCapabilities } from '../../search/study-capabilities.ts'
import { chosenExecutor } from '../executors/chosen-executor.ts'
import { combineValues } from './replicates.ts'

type Values = readonly (readonly number[])[]

/** Where a trial begins and ends, unless at its beginning and as its parameters say. */
interface PlannedTrial {
  readonly origin?: TrialOrigin
  readonly untilStep?: number
}

/** So many trials, those with the nearest values, say how hard a training is. */
const COMPARED_TRIALS = 5

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
   * estimated from how much worse the same training was than these in the trials with the nearest values; where none has done it, by those that the
   * trial has.
   */
  valuesOfPart(part: Values): number[] {
    const { specification } = this.#study()
    const goals = part[0]?.map((_, goal) => goal) ?? []
    const filled = part.map(values => values)
    for (let training = part.length; training < trainingsOf(specification); training++) {
      const others = [...this.#complete.values()].filter(({ length }) => length > training)
      const estimates = goals.map(goal => estimate(part, others, training, goal))
      if (!estimates.every(Number.isFinite)) break
      filled.push(estimates)
    }
    return combineValues(filled, specification.replicates.value)
  }
}

/** What one training would give, NaN where no other trial has done it. */
function estimate(part: Values, others: readonly Values[], training: number, goal: number): number {
  const valueOf = (values: readonly number[] | undefined): number => values?.[goal] ?? Number.NaN
  const first = (trainings: Values): number => mean(trainings.slice(0, part.length).map(valueOf))
  const value = first(part)
  const nearest = others
    .map(trainings => ({ value: first(trainings), next: valueOf(trainings[training]) }))
    .filter(other => Number.isFinite(other.value) && Number.isFinite(other.next))
    .sort((a, b) => Math.abs(a.value - value) - Math.abs(b.value - value))
    .slice(0, COMPARED_TRIALS)
  return value + mean(nearest.map(other => other.next - other.value))
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
