import type { Verification } from '../contract/api/verification.ts'

/** What a terminal says of a verification. */
export interface VerificationSummary {
  readonly proposals: Readonly<
    Record<'identical' | 'byPerson' | 'notReplayed' | 'different', number>
  >
  readonly firstDifferent: number | null
  readonly whyNot: string | null
  readonly trainings: readonly {
    readonly number: number
    readonly outcome: Verification['trainings'][number]['outcome']
    readonly compared: number
    readonly largest: string
    readonly first: string | null
  }[]
  readonly reasons: readonly string[]
}
