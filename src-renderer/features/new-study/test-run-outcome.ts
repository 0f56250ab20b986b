/** How a test run of a study file went. */
export interface TestRunOutcome {
  /** The file that was run. */
  readonly text: string
  readonly hasFailed: boolean
  /** Metrics of the goals that had no value yet after `measuredMs`. */
  readonly unreadGoals: readonly string[]
  readonly measuredMs: number
}

/** What a person sees of a test run that is going on or over. */
export interface ShownOutput {
  readonly text: string
  /** Where its metrics were looked for; empty while it runs. */
  readonly patterns: readonly string[]
}
