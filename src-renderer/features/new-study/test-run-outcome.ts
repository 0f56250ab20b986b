/** How a test run of a study file went. */
export interface TestRunOutcome {
  /** The file that was run. */
  readonly text: string
  readonly hasFailed: boolean
  /** Metrics of the goals that had no value yet after `measuredMs`. */
  readonly unreadGoals: readonly string[]
  readonly measuredMs: number
}
