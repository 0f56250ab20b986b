import { ownValue } from '../../core/values/named-values.ts'
import type { Database } from 'better-sqlite3'

export type SalvagedRow = (bigint | number | string | Buffer | null)[]

type Take = (row: SalvagedRow) => void

/** Looks into damaged stretches of a table. */
const MAX_PROBES = 1_000
/** Larger ids and steps are found from the ends only. */
const MAX_ORDER_VALUE = 2n ** 20n

/** How the rows of a table without row ids are ordered within a trial: by the last of these, one stretch for each value of the others. */
const keys: Readonly<Record<string, readonly string[]>> = {
  metrics: ['trial_id', 'metric_id', 'step'],
  attempts: ['trial_id', 'number'],
  objective_values: ['trial_id', 'goal'],
  constraint_values: ['trial_id', 'position'],
  // Several rows share a step; those of the step at the edge of the damage may be lost.
  training_metrics: ['trial_id', 'metric_id', 'step'],
}

/** A table and the branches that were found apart from it. */
export function partsOf(source: Database, table: string): string[] {
  return source
    .prepare<[string, string], string>(
      `SELECT name FROM sqlite_schema WHERE type = 'table' AND (name = ? OR name GLOB ? || '__[0-9]*') ORDER BY rowid`,
    )
    .pluck()
    .all(table, table)
}

/**
 * Reads every row of a damaged table that can be read: forwards to the damage, backwards to it, and then what lies between in halves.
 * A row may come twice.
 * @param part of the table, one of {@link partsOf}
 * @returns whether nothing was damaged
 */
export function salvageRows(
  source: Database,
  table: string,
  columns: readonly string[],
  take: Take,
  part: string = table,
): boolean {
  const [...key] = ownValue(keys, table) ?? ['rowid']
  const orderColumn = key.pop() as string
  if (key.length === 0) return new Stretch(source, part, columns, orderColumn, take).read([])
  const whole = new Stretch(source, part, columns, key[0] as string, take)
  if (whole.readAll()) return true
  // Around the damage by trial, and by metric.
  const trials = idsOf(source, 'trials')
  const seconds = key.length === 1 ? [null] : idsOf(source, 'metric_names')
  const stretch = new Stretch(source, part, columns, orderColumn, take, key)
  for (const trial of trials) {
    for (const second of seconds) stretch.read(second === null ? [trial] : [trial, second])
  }
  return false
}

/** Ids of a table, as far as they can be read. */
function idsOf(source: Database, table: string): bigint[] {
  const ids: bigint[] = []
  for (const part of partsOf(source, table))
    new Stretch(source, part, ['rowid'], 'rowid', row => ids.push(row[0] as bigint)).read([])
  return [...new Set(ids)]
}

class Stretch {
  readonly #source: Database
  readonly #select: string
  readonly #orderColumn: string
  readonly #fixed: readonly string[]
  readonly #take: Take
  #probes = 0

  constructor(
    source: Database,
    table: string,
    columns: readonly string[],
    orderColumn: string,
    take: Take,
    fixed: readonly string[] = [],
  ) {
    this.#source = source
    this.#select = `SELECT ${orderColumn} AS order_value, ${columns.join()} FROM ${table}`
    this.#orderColumn = orderColumn
    this.#fixed = fixed
    this.#take = take
  }

  /** In one go. @returns false at the first damage */
  readAll(): boolean {
    return this.#scan(`${this.#select}`, []) === 'whole'
  }

  /** @returns whether nothing was damaged */
  read(fixed: readonly bigint[]): boolean {
    return this.#between(fixed, -(2n ** 63n), 2n ** 63n - 1n)
  }

  #between(fixed: readonly bigint[], from: bigint, to: bigint): boolean {
    if (from > to) return true
    if (this.#probes++ > MAX_PROBES) return false
    const where = [
      ...this.#fixed.map(column => `${column} = ?`),
      `${this.#orderColumn} BETWEEN ? AND ?`,
    ]
    const sql = `${this.#select} WHERE ${where.join(' AND ')} ORDER BY ${this.#orderColumn}`
    const up = this.#scan(sql, [...fixed, from, to])
    if (up === 'whole') return true
    const low = up === 'nothing' ? from : up + 1n
    const down = this.#scan(`${sql} DESC`, [...fixed, low, to])
    if (down === 'whole') return false
    const high = down === 'nothing' ? to : down - 1n
    if (low >= high) return false
    // Both ends are damaged: places of real rows are small.
    const [first, last] = high - low > MAX_ORDER_VALUE ? [0n, MAX_ORDER_VALUE] : [low, high]
    const middle = first + (last - first) / 2n
    this.#between(fixed, first, middle)
    this.#between(fixed, middle + 1n, last)
    return false
  }

  /** @returns the order value of the last row before the damage */
  #scan(sql: string, values: readonly bigint[]): 'whole' | 'nothing' | bigint {
    let last: bigint | 'nothing' = 'nothing'
    try {
      const rows = this.#source
        .prepare<bigint[], SalvagedRow>(sql)
        .raw()
        .safeIntegers()
        .iterate(...values)
      for (const [orderValue, ...row] of rows) {
        this.#take(row)
        if (typeof orderValue === 'bigint') last = orderValue
      }
      return 'whole'
    } catch (error) {
      const { code = '' } = error as { readonly code?: string }
      if (/^SQLITE_(?:CORRUPT|NOTADB|IOERR|ERROR|TOOBIG|MISMATCH)/.test(code)) return last
      throw error
    }
  }
}
