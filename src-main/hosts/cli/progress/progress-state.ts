import type { MessageDescriptor } from '../../../core/errors/message.ts'
import type { Goal, StopSpecification } from '../../../core/study/study-specification.ts'
import type { Assignment, FinishedTrialState, TrialState } from '../../../core/trial/trial.ts'

/** A trial that is running now. */
export interface RunningTrial {
  readonly number: number
  /** Steps reported so far; with steps counted from 0 that is the last step + 1. Null before the first report. */
  readonly stepsDone: number | null
  /** Steps that the trial will take if it is known, e.g. its `epochs` parameter. */
  readonly stepsTotal: number | null
  /** Which of its several trainings runs; absent where its configuration is trained once. Steps and value are those of that training. */
  readonly training?: MessageDescriptor
  /** Latest value of the first goal's metric; null before the first report. */
  readonly value: number | null
  /** Since the start of the trial. */
  readonly elapsedMs: number
}

/** A trial that has ended. */
export interface FinishedTrial {
  readonly number: number
  readonly state: FinishedTrialState
  /** Value of the first goal; null if there is none. */
  readonly value: number | null
  /** False if it breaks a constraint. */
  readonly feasible: boolean
  readonly durationMs: number
  /** Why it was pruned, canceled or failed. */
  readonly reason: MessageDescriptor | null
}

export interface BestTrial {
  readonly number: number
  readonly value: number
  readonly parameters: Assignment
}

/**
 * Everything the terminal shows of a study that runs. The view keeps nothing between updates but
 * what it has printed, so any update may be skipped.
 */
export interface ProgressState {
  /** The first goal. */
  readonly goal: Goal
  readonly stop: StopSpecification
  /** Number of trials per state, over all sessions of the study. */
  readonly counts: Readonly<Record<TrialState, number>>
  /** Wall time of all sessions together. */
  readonly elapsedMs: number
  /** Until a stop rule holds that can be foreseen; null where none can. */
  readonly timeLeftMs: number | null
  readonly best: BestTrial | null
  readonly running: readonly RunningTrial[]
  /**
   * Finished trials that this update adds, in the order they ended; each is handed over once. Plain
   * output prints one line for each.
   */
  readonly finished: readonly FinishedTrial[]
  /** Shown instead of the remaining time, e.g. while the study pauses; null otherwise. */
  readonly notice: string | null
}
