import { z } from 'zod'
import type { EngineInfo } from '../machine/engine.ts'
import type { MessageDescriptor } from '../errors/message.ts'
import type { PlainError } from '../errors/errors.ts'
import type { Assignment, TrialState } from '../trial/trial.ts'

/** How a proposal of the record compares with what the search proposes today. */
export type ReplayedProposal = { readonly number: number } & (
  | { readonly outcome: 'identical' }
  /** A person chose the point. */
  | { readonly outcome: 'byPerson' }
  /** Why it could not be asked for. */
  | { readonly outcome: 'notReplayed'; readonly reason: MessageDescriptor }
  | { readonly outcome: 'different'; readonly proposed: Assignment }
  | { readonly outcome: 'different'; readonly exhausted: MessageDescriptor }
)

export interface TrialComparison {
  readonly number: number
  /** Of the first training and of the new one. */
  readonly states: readonly [TrialState, TrialState]
  /** Every value that both reported is the same bit for bit, within the tolerance, or neither. */
  readonly outcome: 'identical' | 'withinTolerance' | 'different' | 'nothingToCompare'
  /** Values that both reported. */
  readonly compared: number
  /** Largest |a − b| / max(|a|, |b|); 0 where all are identical, ∞ where one is no number. */
  readonly largestDifference: number
  /** Where values first differ; null where they never do. */
  readonly first: {
    readonly metric: string
    readonly step: number
    readonly before: number
    readonly now: number
  } | null
  readonly engines: readonly [EngineInfo | null, EngineInfo | null]
}

/** The result of checking a study against its record. */
export interface Verification {
  readonly study: string
  readonly proposals: readonly ReplayedProposal[]
  readonly trainings: readonly TrialComparison[]
  /** They may explain differences. */
  readonly reasons: readonly MessageDescriptor[]
  /** Nothing that was compared differs. */
  readonly holds: boolean
}

export const verifyRequestSchema = z.strictObject({
  studyId: z.int().min(1),
  /** Numbers of trials that are trained again; `best`: the best one, if there is one. */
  retrain: z.union([z.literal('best'), z.array(z.int().min(0).max(10_000_000)).max(50)]),
  /** Largest relative difference that counts as within tolerance. */
  tolerance: z.number().min(0).max(0.1),
})
export type VerifyRequest = z.output<typeof verifyRequestSchema>

/** How far the latest verification of a study is, since this back end started. */
export type VerificationState =
  | { readonly state: 'none' }
  /** @property retraining the trial that trains now; null while proposals are asked for again */
  | { readonly state: 'running'; readonly retraining: number | null }
  | { readonly state: 'done'; readonly atMs: number; readonly result: Verification }
  | { readonly state: 'failed'; readonly error: PlainError }
