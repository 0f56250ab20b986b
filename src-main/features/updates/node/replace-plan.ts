/** What the process that puts an update in place is told. */
export interface ReplacePlan {
  /** The application that has to end first. */
  readonly pid: number
  readonly version: string
  readonly target: string
  readonly staged: string
  readonly previous: string
  /** Starts the application, new or old. */
  readonly command: string
  readonly parameters: readonly string[]
  /** The new version makes this file once its window and its back end are there. */
  readonly confirmation: string
  /** Gets what became of it. */
  readonly outcome: string
  /** Until the old version has ended, and until the new one has confirmed. */
  readonly limitMs: number
}
