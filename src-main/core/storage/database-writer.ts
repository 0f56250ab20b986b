import { answer, call } from '../processes/call.ts'

/** A process that has a database open for writing, as it said itself. */
export interface DatabaseWriter {
  readonly process: number
  /** Its command line, or its name; null: a version that does not say. */
  readonly program: string | null
  readonly sinceMs: number | null
}

export const writerRequests = {
  /** Who writes while this back end is read-only; null: it writes itself. */
  'app.writer': call(answer<DatabaseWriter | null>, {}),
}
