import type { TrialOrigin } from './checkpoint.ts'
import type { SerializedError } from './errors.ts'
import type { JsonObject } from './json.ts'
import type { StudySpecification } from './study-specification.ts'
import type {
  Assignment,
  ParameterGradient,
  Provenance,
  TrialSnapshot,
  TrialState,
} from './trial.ts'

/**
 * Messages between main and the search process. The search process keeps the history of one study
 * and answers two questions: what next (`propose`) and go on (`judge`). Its answers are a function
 * of the messages in their order, so main may restart it with `open` and the same history at any time.
 */
export const searchProtocolVersion = 2

export type SearchRequest =
  | {
      readonly type: 'open'
      readonly id: number
      readonly specification: StudySpecification
      /** Every trial known so far, by number; running ones without values. */
      readonly history: readonly TrialSnapshot[]
      /** Trials of earlier studies that only the sampler knows, numbered from 0. */
      readonly earlier: readonly TrialSnapshot[]
    }
  | { readonly type: 'propose'; readonly id: number; readonly trialNumber: number }
  /** Adds one intermediate value of the first goal and asks whether the trial goes on. */
  | {
      readonly type: 'judge'
      readonly id: number
      readonly trialNumber: number
      readonly step: number
      readonly value: number
      /** What the trial reported at this step of the further metrics that the pruner looks at. */
      readonly further: Readonly<Record<string, number>>
    }
  /** A new attempt of a trial begins: its earlier reports are forgotten, except those of its checkpoint. */
  | {
      readonly type: 'started'
      readonly id: number
      readonly trialNumber: number
      readonly parameters: Assignment
      readonly origin?: TrialOrigin
      /** Reports up to this step stay; absent: none. */
      readonly keptStep?: number
    }
  | {
      readonly type: 'finished'
      readonly id: number
      readonly trialNumber: number
      readonly state: TrialState
      readonly values: readonly number[]
      /** One per constraint of the study wherever there are values. */
      readonly constraints?: readonly number[]
      readonly gradient?: ParameterGradient
      readonly outOfMemory?: true
    }

/** What to run next, and why. */
export interface Proposal {
  readonly parameters: Assignment
  readonly provenance: Provenance
  /** Goes on from the checkpoint of another trial. */
  readonly origin?: TrialOrigin
  /** Ends as complete after this step. */
  readonly untilStep?: number
}

/** Nothing more to try: the sampler is at its end, or a model-based stop rule holds. The reason is shown. */
export interface Exhausted {
  readonly exhausted: true
  readonly reason: string
}

/** A pruner's answer; every stop is explained. */
export type PruningDecision =
  | { readonly action: 'continue' }
  | { readonly action: 'prune'; readonly reason: string; readonly detail?: JsonObject }

export interface SearchResults {
  readonly open: null
  readonly propose: Proposal | Exhausted
  readonly judge: PruningDecision
  readonly started: null
  readonly finished: null
}

/** The answer to a request; `id` and `type` repeat those of the request. */
export type SearchResponse =
  | { readonly type: 'ready'; readonly protocol: number; readonly pid: number }
  | {
      [Type in keyof SearchResults]: {
        readonly type: Type
        readonly id: number
        readonly ok: true
        readonly value: SearchResults[Type]
      }
    }[keyof SearchResults]
  | {
      readonly type: keyof SearchResults
      readonly id: number
      readonly ok: false
      readonly error: SerializedError
    }
