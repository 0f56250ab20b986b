import type { z } from 'zod'
import type { MessageDescriptor } from '../../core/errors/message.ts'
import type { JsonObject } from '../../core/values/json.ts'
import type { Problem } from '../../core/errors/problem.ts'
import type { Proposal, PruningDecision } from '../../core/processes/search-protocol.ts'
import type { StudySpecification } from '../../core/study/study-specification.ts'
import type { TrialSnapshot } from '../../core/trial/trial.ts'

/**
 * The contract of every pruner: a pure function of its request. It is asked after each report of
 * the first goal's metric, and every stop carries its reason.
 */
export interface Pruner {
  judge(request: PruningRequest): PruningDecision
  /**
   * Asked before the sampler: a trial that goes on from the checkpoint of one that was stopped; null if none should.
   * @param trials all, by rising number, in any state
   */
  promote?(trials: readonly TrialSnapshot[]): Proposal | null
  /** The step at which it stops a trial in any case, or at which the trial is full, before it has reported anything. */
  nextRung?(request: PruningRequest): { readonly step: number; readonly isFull: boolean }
}

export interface PruningRequest {
  /** The trial in question; `reports` end with the step being judged. */
  readonly trial: TrialSnapshot
  /** All other trials that it may be compared with, by rising number, in any state. */
  readonly others: readonly TrialSnapshot[]
  /** Complete trials of the study, also those that it is not compared with; absent: those of `others`. */
  readonly completeInStudy?: number
}

export interface PrunerContext {
  /** Of the first goal. */
  readonly direction: StudySpecification['goals'][number]['direction']
  readonly goals: StudySpecification['goals']
  /** Optuna draws Hyperband's brackets from it. */
  readonly studyName: string
  /** Steps of a trial's whole training, where its study says so; null where it does not. Absent: nothing says. */
  readonly plannedSteps?: (trial: Pick<TrialSnapshot, 'parameters'>) => number | null
}

/** The answer of a pruner that has nothing against a trial. */
export const continueTrial: PruningDecision = { action: 'continue' }

export function prune(reason: MessageDescriptor, detail: JsonObject): PruningDecision {
  return { action: 'prune', reason, detail }
}

/** Options as a study file gives them: unchecked, without defaults. */
type GivenOptions = Readonly<Record<string, unknown>>

/**
 * A pruner as the registry lists it: all that others may know of it. Whoever needs another message about pruners adds a
 * capability here, never a list of names elsewhere.
 */
export interface PrunerDefinition<Options = unknown> {
  readonly name: string
  /** Where the method comes from, for the text of a report; absent: it is described without a source. */
  readonly citation?: string
  /** False where it never looks at what trials report. Default true. */
  readonly readsCurves?: boolean
  /** Whether it promotes trials from their checkpoints, each run a trial that ends before its training does. Default false. */
  readonly continuesTrials?: boolean
  /** False where it is not asked which way of a metric is better. Default true. */
  readonly usesDirection?: boolean
  /** Steps of a whole training, where its options say so. Default: they do not. */
  fullSteps?(given: GivenOptions): number | null
  /**
   * Steps at which it compares trials, up to the longest step seen. Default: none.
   * @param firstCompleteStep last step of the first complete trial, for rungs that are laid out by it; null: none yet
   */
  rungSteps?(options: Options, longestStep: number, firstCompleteStep: number | null): number[]
  /** Numbers of the finished trials that it may still promote, so that their checkpoints stay. Default: none. */
  trialsToContinue?(trials: readonly TrialSnapshot[]): readonly number[]
  /** Strict schema of the options that stand beside `name` in the study file. */
  readonly optionsSchema: z.ZodType<Options>
  /** Metrics beside the first goal's that trials must bring as `further`; absent: none. */
  metrics?(options: Options, context: PrunerContext): readonly string[]
  check(options: Options, context: PrunerContext): readonly Problem[]
  create(options: Options, context: PrunerContext): Pruner
}

/** A pruner whose options are those of its schema; one without `check` works with every study. */
export function definePruner<Options>({
  check = () => [],
  ...definition
}: Omit<PrunerDefinition<Options>, 'check'> &
  Partial<Pick<PrunerDefinition<Options>, 'check'>>): PrunerDefinition<Options> {
  return { check, ...definition }
}
