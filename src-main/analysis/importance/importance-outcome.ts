/** How much one parameter matters; the unit is the method's. */
export interface ParameterImportance {
  readonly name: string
  readonly mean: number
  /** Standard deviation over the trees of the forest; null for methods without one. */
  readonly deviation: number | null
  /** Trials used in which the parameter was active; of a conditional parameter not all. */
  readonly activeTrials: number
}

/** A result, or why there is none: a number computed from too little would only look like one. */
export type ImportanceOutcome<Result> =
  { readonly ok: true; readonly trials: number; readonly result: Result } | ImportanceRefusal

export type ImportanceRefusal =
  /** Complete trials with a finite value, and how many are needed. */
  | {
      readonly ok: false
      readonly reason: 'tooFewTrials'
      readonly trials: number
      readonly needed: number
    }
  /** Every trial has the same value. */
  | { readonly ok: false; readonly reason: 'noVariation' }
  /** No parameter has more than one value. */
  | { readonly ok: false; readonly reason: 'nothingSearched' }

/** Trials with a value that importance needs at least, unless the caller asks for another number. */
export const MINIMUM_TRIALS = 20
