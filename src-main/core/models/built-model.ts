import { z } from 'zod'
import type { TrialRecord } from '../trial/trial.ts'

/**
 * How several trials predict together: `greedy` takes them one by one as long as it helps, `stacked` finds the shares of the least
 * loss, `average` counts the best ones alike.
 */
export const ensembleMethods = ['greedy', 'stacked', 'average'] as const
export type EnsembleMethod = (typeof ensembleMethods)[number]

/** Which model of a study is wanted. */
export const modelChoiceSchema = z.strictObject({
  /** The best trial, the trial of this number, or several together. */
  of: z.union([z.literal('best'), z.int().min(0), z.enum(ensembleMethods)]),
  /** Trained once more, on training and validation rows together. */
  refit: z.boolean(),
})
export type ModelChoice = z.output<typeof modelChoiceSchema>

export interface EnsembleMember {
  readonly trialNumber: number
  /** All of them sum to 1. */
  readonly share: number
}

/** Trials that were chosen to predict together. */
export interface EnsembleChoice {
  readonly method: EnsembleMethod
  /** The largest share first. */
  readonly members: readonly EnsembleMember[]
  /** `validation…`, from predictions for rows that no member has learned from. */
  readonly metrics: Readonly<Record<string, number>>
  /** The best trial alone, on the same rows. */
  readonly single: {
    readonly trialNumber: number
    readonly metrics: Readonly<Record<string, number>>
  }
  /** Whether the best trial alone is better there by the first goal, or by the loss if that is no measure of predictions. */
  readonly isWorse: boolean
}

/** A model that lies ready in two files, with what is known of it. */
export interface BuiltModel {
  readonly modelPath: string
  readonly weightsPath: string
  /** One, or several that predict together. */
  readonly members: readonly { readonly trial: TrialRecord; readonly share: number }[]
  readonly refit: boolean
  /** Null for a single trial. */
  readonly ensemble: EnsembleChoice | null
  /** `test…`; null where it was not measured. */
  readonly test: Readonly<Record<string, number>> | null
}

/** How far it is to have a model ready. */
export type ModelProgress =
  /** Members are chosen and data prepared. */
  | { readonly phase: 'preparing' }
  | {
      readonly phase: 'training'
      readonly trialNumber: number
      /** Among those that are trained for this model, counted from 1. */
      readonly member: number
      readonly members: number
      /** 0 before the first report. */
      readonly step: number
      /** Null where the trial reported none. */
      readonly steps: number | null
      /** 0…1 of all trainings together. */
      readonly share: number
      /** Null before the first report. */
      readonly remainingMs: number | null
    }
  /** On the test split. */
  | { readonly phase: 'measuring' }

/** Whether the test value of a model is that of a refit or of an ensemble, which come after the one of the best trial. */
export function isMeasuredLater({
  refit,
  ensemble,
}: Pick<BuiltModel, 'refit' | 'ensemble'>): boolean {
  return refit || ensemble !== null
}
