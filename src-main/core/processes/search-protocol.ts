import type { MessageDescriptor } from '../errors/message.ts'
import type { TrialOrigin } from '../trial/checkpoint.ts'
import type { JsonObject } from '../values/json.ts'
import type { StudySpecification } from '../study/study-specification.ts'
import type {
  Assignment,
  Provenance,
  TrialResult,
  TrialSnapshot,
  TrialState,
} from '../trial/trial.ts'

/*
 * The search process keeps the history of one study and answers two questions: what next (`propose`) and go on (`judge`).
 * Its answers are a function of the requests in their order, so it may be restarted with `open` and the same history at any
 * time.
 */

export interface OpenRequest {
  readonly specification: StudySpecification
  /** Every trial known so far, by number; running ones without values. */
  readonly history: readonly TrialSnapshot[]
  /** Trials of earlier studies that only the sampler knows, numbered from 0. */
  readonly earlier: readonly TrialSnapshot[]
  /** Trials of studies of other data, study by study. */
  readonly elsewhere: readonly (readonly TrialSnapshot[])[]
  readonly starts?: Starts | undefined
}

/** A search may begin with one point for each value of a parameter: defaults, as far as the space allows. */
export interface Starts {
  readonly parameter: string
  readonly defaults: Assignment
}

/** Adds one intermediate value of the first goal and asks whether the trial goes on. */
export interface JudgeRequest {
  readonly trialNumber: number
  readonly step: number
  readonly value: number
  /** Values at this step of the further metrics that the pruner looks at. */
  readonly further: Readonly<Record<string, number>>
}

/** A new attempt of a trial begins: its earlier reports are forgotten, except those of its checkpoint. */
export interface StartedRequest {
  readonly trialNumber: number
  readonly parameters: Assignment
  readonly origin?: TrialOrigin
  /** Reports up to this step stay; absent: none. */
  readonly resumeStep?: number
}

export interface FinishedRequest extends TrialResult {
  readonly trialNumber: number
  readonly state: TrialState
}

/** The next trial, and why. */
export interface Proposal {
  readonly parameters: Assignment
  readonly provenance: Provenance
  /** Goes on from the checkpoint of another trial. */
  readonly origin?: TrialOrigin
  /** Ends as complete after this step. */
  readonly untilStep?: number
}

/** Nothing more to try: the sampler is at its end, or a model-based stop rule holds. */
export interface Exhausted {
  readonly exhausted: true
  readonly reason: MessageDescriptor
}

/** A pruner's answer; every stop is explained. */
export type PruningDecision =
  | { readonly action: 'continue' }
  | { readonly action: 'prune'; readonly reason: MessageDescriptor; readonly detail?: JsonObject }
