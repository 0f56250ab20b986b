/** A process that has a database open for writing, as it said itself. */
export interface DatabaseWriter {
  readonly process: number
  /** Its command line, or its name; null: a version that does not say. */
  readonly program: string | null
  readonly sinceMs: number | null
}
