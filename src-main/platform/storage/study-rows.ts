import { ownValue } from '../../core/values/named-values.ts'
import type { Database } from 'better-sqlite3'
import { msg } from '../../core/errors/message.ts'
import { isObject } from '../../core/values/json.ts'
import { StoredValueError } from './database-errors.ts'

type Cell = bigint | number | string | Buffer | null

/** A table with rows of studies. */
interface StudyTable {
  readonly name: string
  /** Condition on the rows of one study, `:study`. */
  readonly of: string
  /** Columns that name rows of other tables. */
  readonly refers: Readonly<Record<string, string>>
  /** Studies share rows, which are one if they are equal in this column. */
  readonly sharedBy?: string
}

const trialIds = '(SELECT id FROM trials WHERE study_id = :study)'
const ofTrial = { of: `trial_id IN ${trialIds}`, refers: { trial_id: 'trials' } }
const ofStudy = { of: 'study_id = :study', refers: { study_id: 'studies' } }

/** Everything that a database holds of a study, parents before children. */
export const studyTables: readonly StudyTable[] = [
  {
    name: 'datasets',
    of: 'id = (SELECT dataset_id FROM studies WHERE id = :study)',
    refers: {},
    sharedBy: 'key',
  },
  { name: 'studies', of: 'id = :study', refers: { dataset_id: 'datasets' } },
  {
    name: 'metric_names',
    of: `id IN (SELECT metric_id FROM metrics WHERE trial_id IN ${trialIds})`,
    refers: {},
    sharedBy: 'name',
  },
  { name: 'trials', ...ofStudy },
  { name: 'attempts', ...ofTrial },
  { name: 'attempt_resources', ...ofTrial },
  { name: 'objective_values', ...ofTrial },
  { name: 'constraint_values', ...ofTrial },
  { name: 'metrics', of: ofTrial.of, refers: { trial_id: 'trials', metric_id: 'metric_names' } },
  { name: 'artifacts', ...ofTrial },
  { name: 'checkpoints', ...ofTrial },
  { name: 'trial_marks', ...ofTrial },
  { name: 'trial_remarks', ...ofTrial },
  { name: 'winners', of: ofStudy.of, refers: { study_id: 'studies', trial_id: 'trials' } },
  { name: 'test_looks', ...ofStudy },
  { name: 'queued_points', ...ofStudy },
  { name: 'events', ...ofStudy },
  { name: 'optuna_studies', ...ofStudy },
  { name: 'optuna_study_entries', ...ofStudy },
  { name: 'optuna_trials', ...ofTrial },
  { name: 'optuna_trial_entries', ...ofTrial },
]

/** Tables with files, and where those lie. */
export type FileTable = 'artifacts' | 'checkpoints'

export interface StudyCopy {
  readonly from: Database
  readonly to: Database
  /** Its id in `from`. */
  readonly study: number
  /** Of the copy; absent: as in `from`. */
  readonly name?: string
  /** Path of a file as the copy names it. @param studyId of the copy */
  readonly pathOf: (table: FileTable, stored: string, studyId: number) => string
}

/**
 * Copies all rows of one study into a database of the same schema, within transactions of the caller. They get new ids there, in the
 * same order; what names a row names its copy.
 * @returns the id of the copy
 * @throws StoredValueError for a row that names one of another study
 */
export function copyStudyRows(copy: StudyCopy): number {
  const rows = new RowCopy(copy)
  for (const table of studyTables) rows.copy(table)
  rows.finishTrials()
  return rows.studyId
}

class RowCopy {
  readonly #copy: StudyCopy
  /** New id by old id, by table. */
  readonly #ids = new Map<string, Map<bigint, bigint>>()
  /** State and end of trials that take no more rows once they have ended, by new id. */
  readonly #ends: (readonly [state: Cell, finishedAtMs: Cell, id: bigint])[] = []

  constructor(copy: StudyCopy) {
    this.#copy = copy
  }

  get studyId(): number {
    return Number(this.#newId('studies', BigInt(this.#copy.study)))
  }

  copy(table: StudyTable): void {
    const { from, to, study } = this.#copy
    const { name, of } = table
    const ids = new Map<bigint, bigint>()
    this.#ids.set(name, ids)
    const columns = columnsOf(to, name)
    const rows = from
      .prepare<[{ study: number }], Cell[]>(
        `SELECT ${columns.join()} FROM ${name} WHERE ${of} ORDER BY ${[1, 2, 3].slice(0, columns.length).join()}`,
      )
      .raw()
      .safeIntegers()
      .iterate({ study })
    const hasId = columns[0] === 'id'
    const written = hasId ? columns.slice(1) : columns
    const insert = to.prepare<Cell[]>(
      `INSERT INTO ${name} (${written.join()}) VALUES (${written.map(() => '?').join()})`,
    )
    const sharedIds = this.#sharedIds(table)
    for (const row of rows) {
      const cells = columns.map((column, index) => this.#cell(table, column, row[index] as Cell))
      const id = hasId ? (row[0] as bigint) : 0n
      const shared = sharedIds?.get(cells)
      if (name === 'trials') this.#holdOpen(columns, cells)
      const newId =
        shared ?? BigInt(insert.run(...(hasId ? cells.slice(1) : cells)).lastInsertRowid)
      if (hasId) ids.set(id, newId)
      if (name === 'trials') this.#noteEnd(columns, row, newId)
    }
  }

  /** Rows of finished trials never change, so trials finish last. */
  finishTrials(): void {
    const finish = this.#copy.to.prepare<Cell[]>(
      'UPDATE trials SET state = ?, finished_at_ms = ? WHERE id = ?',
    )
    for (const end of this.#ends) finish.run(...end)
  }

  #cell({ name, refers }: StudyTable, column: string, value: Cell): Cell {
    const referred = ownValue(refers, column)
    if (referred !== undefined && value !== null) return this.#newId(referred, value as bigint)
    if (column === 'path' && (name === 'artifacts' || name === 'checkpoints')) {
      return this.#copy.pathOf(name, value as string, this.studyId)
    }
    if (column === 'name' && name === 'studies') return this.#copy.name ?? value
    return name === 'events' && column === 'detail' ? this.#detail(value as string) : value
  }

  /** Events say which event they take back, and which queued point they are about. */
  #detail(text: string): string {
    if (!text.includes('"undoes"') && !text.includes('"queued"')) return text
    const detail: unknown = JSON.parse(text)
    if (!isObject(detail)) return text
    const renamed = Object.entries({ undoes: 'events', queued: 'queued_points' }).flatMap(
      ([field, table]) => {
        const id = ownValue(detail, field)
        return Number.isSafeInteger(id)
          ? [[field, Number(this.#newId(table, BigInt(id as number)))]]
          : []
      },
    )
    return JSON.stringify({ ...detail, ...Object.fromEntries(renamed) })
  }

  #newId(table: string, id: bigint): bigint {
    const newId = this.#ids.get(table)?.get(id)
    if (newId !== undefined) return newId
    throw new StoredValueError(msg('failure.rowOfOther', { table, id: String(id) }))
  }

  /** Ids of rows that are in the other database already. */
  #sharedIds({ name, sharedBy }: StudyTable): { get(row: Cell[]): bigint | undefined } | null {
    if (sharedBy === undefined) return null
    const { to } = this.#copy
    const at = columnsOf(to, name).indexOf(sharedBy)
    const find = to
      .prepare<[Cell], bigint>(`SELECT id FROM ${name} WHERE ${sharedBy} = ?`)
      .pluck()
      .safeIntegers()
    return { get: row => find.get(row[at] as Cell) }
  }

  #holdOpen(columns: readonly string[], cells: Cell[]): void {
    cells[columns.indexOf('state')] = 'interrupted'
    cells[columns.indexOf('finished_at_ms')] = null
  }

  #noteEnd(columns: readonly string[], row: readonly Cell[], id: bigint): void {
    const [state, end] = ['state', 'finished_at_ms'].map(name => row[columns.indexOf(name)] as Cell)
    this.#ends.push([state as Cell, end as Cell, id])
  }
}

function columnsOf(handle: Database, table: string): string[] {
  return handle
    .prepare<[string], string>('SELECT name FROM pragma_table_info(?)')
    .pluck()
    .all(table)
}
