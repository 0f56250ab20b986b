import type { AttemptOutcome } from '../contract/trainer-protocol.ts'
import type { Failure, FinishedTrialState } from '../contract/trial.ts'

export type EndedOutcome = Exclude<AttemptOutcome, { readonly state: 'suspended' }>

/** How a trial ended, as it is stored. */
export interface OutcomeSummary {
  readonly state: FinishedTrialState
  readonly values: readonly number[]
  readonly bestStep: number | null
  readonly reason: string | null
  readonly failure: Failure | null
}

/**
 * @param best what the trial had reported best by the first goal; null: nothing
 * @param pruneReason of a trial that was pruned
 */
export function summarizeOutcome(
  outcome: EndedOutcome,
  best: { readonly step: number; readonly value: number } | null,
  pruneReason: string | null,
): OutcomeSummary {
  switch (outcome.state) {
    case 'complete': {
      const { values, bestStep } = outcome
      return { state: 'complete', values, bestStep, reason: null, failure: null }
    }
    case 'pruned':
      return {
        state: 'pruned',
        values: best === null ? [] : [best.value],
        bestStep: best?.step ?? null,
        reason: pruneReason,
        failure: null,
      }
    case 'cancelled':
      return {
        state: 'cancelled',
        values: [],
        bestStep: best?.step ?? null,
        reason: 'cancelled',
        failure: null,
      }
    case 'failed':
      return {
        state: 'failed',
        values: [],
        bestStep: best?.step ?? null,
        reason: outcome.failure.message,
        failure: outcome.failure,
      }
  }
}
