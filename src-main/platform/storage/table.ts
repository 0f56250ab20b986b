import type { Database } from 'better-sqlite3'

/** Prepares its statements on one connection; they run inside the caller's transaction. */
export abstract class Connected {
  protected readonly handle: Database

  constructor(handle: Database) {
    this.handle = handle
  }
}

/** A row that holds some fields of its record as JSON. */
export type JsonRow<Stored, Field extends keyof Stored> = Omit<Stored, Field> & {
  readonly [Name in Field]: null extends Stored[Name] ? string | null : string
}

/** Numbers of trials: `from` and those below `below`. */
export interface TrialRange {
  readonly from: number
  readonly below: number
}

export const everyTrial: TrialRange = { from: 0, below: Number.MAX_SAFE_INTEGER }

/** For queries of the trials of a study, with `study`, `from` and `below`. */
export const inRange =
  'trials.study_id = :study AND trials.number >= :from AND trials.number < :below'

export type InRange = TrialRange & { readonly study: number }

/** The values of rows by id of their trial, in the order of the rows. */
export function byTrial<Row, Value>(
  rows: Iterable<Row>,
  trialOf: (row: Row) => number,
  valueOf: (row: Row) => Value,
): Map<number, Value[]> {
  const lists = new Map<number, Value[]>()
  for (const row of rows) {
    const trial = trialOf(row)
    const list = lists.get(trial)
    if (list === undefined) lists.set(trial, [valueOf(row)])
    else list.push(valueOf(row))
  }
  return lists
}
