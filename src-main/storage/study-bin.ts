import type { Database, Statement } from 'better-sqlite3'

/** Tables whose rows belong to a trial, and those whose rows belong to a study; children before parents. */
const trialTables = [
  'trial_marks',
  'metrics',
  'constraint_values',
  'objective_values',
  'artifacts',
  'attempt_resources',
  'checkpoints',
  'attempts',
]
const studyTables = ['queued_points', 'events', 'trials']

/** Studies that were deleted and can still come back. In the bin a study has no name of its own. */
export class StudyBin {
  readonly #put: Statement<[number, number]>
  readonly #take: Statement<[string, number]>
  readonly #nameOf: Statement<[number], string>
  readonly #all: Statement<[], number>
  readonly #removals: readonly Statement<[number]>[]

  constructor(handle: Database) {
    this.#put = handle.prepare(
      `UPDATE studies SET deleted_at_ms = ?, name = 'deleted study ' || id || ': ' || name
       WHERE id = ?`,
    )
    this.#take = handle.prepare('UPDATE studies SET deleted_at_ms = NULL, name = ? WHERE id = ?')
    this.#nameOf = handle
      .prepare<[number], string>(
        `SELECT json_extract(specification, '$.name') FROM studies
         WHERE id = ? AND deleted_at_ms IS NOT NULL`,
      )
      .pluck()
    this.#all = handle
      .prepare<[], number>('SELECT id FROM studies WHERE deleted_at_ms IS NOT NULL ORDER BY id')
      .pluck()
    // A winner refers to a trial, so its row goes first.
    this.#removals = [
      'DELETE FROM winners WHERE study_id = ?',
      ...trialTables.map(
        table =>
          `DELETE FROM ${table} WHERE trial_id IN (SELECT id FROM trials WHERE study_id = ?)`,
      ),
      ...studyTables.map(table => `DELETE FROM ${table} WHERE study_id = ?`),
      'DELETE FROM studies WHERE id = ?',
    ].map(sql => handle.prepare<[number]>(sql))
  }

  put(id: number, atMs: number): void {
    this.#put.run(atMs, id)
  }

  take(id: number, name: string): void {
    this.#take.run(name, id)
  }

  /** The name that it had; undefined if it is not in the bin. */
  nameOf(id: number): string | undefined {
    return this.#nameOf.get(id)
  }

  /** @returns the ids of the studies that were removed for good */
  empty(): readonly number[] {
    const ids = this.#all.all()
    for (const id of ids) for (const removal of this.#removals) removal.run(id)
    return ids
  }
}
