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
