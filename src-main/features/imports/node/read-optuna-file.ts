import { setOwnValue } from '../../../core/values/named-values.ts'
import { type MessageDescriptor, msg } from '../../../core/errors/message.ts'
import type SqliteDatabase from 'better-sqlite3'
import { AppError, reasonOf } from '../../../core/errors/errors.ts'
import type { JsonValue } from '../../../core/values/json.ts'
import {
  OPTUNA_SCHEMA_VERSION,
  type OptunaStudy,
  optunaStates,
  type OptunaTrial,
  type OptunaValue,
  optunaValueKinds,
  READABLE_REVISIONS,
} from '../../../interop/optuna/optuna-rows.ts'
import { openForeignDatabase } from './foreign-database.ts'
import { importLimitValues } from './import-limits.ts'
import { toDatabaseError } from '../../../platform/storage/database-errors.ts'

const MAX_TRIALS = 200_000
const LONGEST_TEXT = 4_000_000

const tables = [
  'alembic_version',
  'version_info',
  'studies',
  'study_directions',
  'trials',
  'trial_params',
  'trial_values',
  'trial_intermediate_values',
  'study_user_attributes',
  'study_system_attributes',
  'trial_user_attributes',
  'trial_system_attributes',
]

export interface OptunaFile {
  readonly libraryVersion: string | null
  readonly studies: readonly OptunaStudy[]
}

/**
 * Reads the studies of an SQLite file that Optuna wrote. Every value is checked for its type, since SQLite's columns hold anything.
 *
 * @throws AppError `data.invalid` naming field, value and rule; `file.notFound`, `file.unreadable`, `database.locked`
 */
export function readOptunaFile(path: string): OptunaFile {
  let database: SqliteDatabase.Database | null = null
  try {
    database = openForeignDatabase(path)
    const open = database
    return open.transaction(() => new Reader(path, open).file())()
  } catch (error) {
    const databaseError = toDatabaseError(error, path)
    if (databaseError instanceof AppError && databaseError.code === 'database.corrupt') {
      throw new AppError(
        'data.invalid',
        { path, field: 'file', value: null, rule: msg('rule.undamaged', { format: 'SQLite' }) },
        error,
      )
    }
    if (databaseError instanceof AppError) throw databaseError
    throw new AppError('file.unreadable', { path, reason: reasonOf(error) }, error)
  } finally {
    database?.close()
  }
}

type Row = Readonly<Record<string, unknown>>

class Reader {
  readonly #path: string
  readonly #database: SqliteDatabase.Database

  constructor(path: string, database: SqliteDatabase.Database) {
    this.#path = path
    this.#database = database
  }

  file(): OptunaFile {
    this.#checkSchema()
    const [info] = this.#rows('SELECT schema_version, library_version FROM version_info')
    if (info?.['schema_version'] !== OPTUNA_SCHEMA_VERSION) {
      this.#refuse(
        'schema_version',
        info?.['schema_version'],
        msg('rule.equal', { value: OPTUNA_SCHEMA_VERSION }),
      )
    }
    const revisions = this.#rows('SELECT version_num FROM alembic_version').map(
      row => row['version_num'],
    )
    const [revision] = revisions
    if (revisions.length !== 1 || !READABLE_REVISIONS.includes(String(revision))) {
      const rule = msg('rule.import.optunaRevision', { values: READABLE_REVISIONS })
      this.#refuse('alembic_version', revision, rule)
    }
    const version = info['library_version']
    for (const table of tables) {
      const limit = table === 'trials' ? MAX_TRIALS : importLimitValues()
      const count = this.#count(table)
      if (count > limit) this.#refuse(table, count, msg('rule.atMost', { limit }))
    }
    return {
      libraryVersion: typeof version === 'string' ? version.slice(0, 100) : null,
      studies: this.#rows('SELECT study_id, study_name FROM studies ORDER BY study_id').map(row =>
        this.#study(
          this.#integer('study_id', row['study_id']),
          this.#text('study_name', row['study_name']),
        ),
      ),
    }
  }

  /** Views and virtual tables could run whatever their author wrote. */
  #checkSchema(): void {
    const kinds = new Map(
      this.#rows("SELECT name, type, sql FROM sqlite_schema WHERE type IN ('table', 'view')").map(
        row => [String(row['name']), row],
      ),
    )
    for (const name of tables) {
      const row = kinds.get(name)
      const isTable = row?.['type'] === 'table' && !/^\s*create\s+virtual/i.test(String(row['sql']))
      if (!isTable)
        this.#refuse(
          'tables',
          [...kinds.keys()].slice(0, 20),
          msg('rule.import.optunaTable', { table: name }),
        )
    }
  }

  #study(studyId: number, name: string): OptunaStudy {
    const directions = this.#rows(
      'SELECT direction, objective FROM study_directions WHERE study_id = ? ORDER BY objective',
      studyId,
    ).map(({ direction, objective }, index) => {
      if (objective !== index)
        this.#refuse('study_directions.objective', objective, msg('rule.equal', { value: index }))
      return this.#oneOf('direction', direction, ['MINIMIZE', 'MAXIMIZE', 'NOT_SET'] as const)
    })
    const attributes = (kind: 'user' | 'system') =>
      this.#attributes(`study_${kind}_attributes`, 'study_id', studyId).get(studyId) ?? {}
    return {
      name,
      directions,
      userAttributes: attributes('user'),
      systemAttributes: attributes('system'),
      trials: this.#trials(studyId),
    }
  }

  #trials(studyId: number): OptunaTrial[] {
    const ofStudy = 'trial_id IN (SELECT trial_id FROM trials WHERE study_id = ?)'
    const grouped = <Item>(sql: string, read: (row: Row) => Item): Map<number, Item[]> => {
      const groups = new Map<number, Item[]>()
      for (const row of this.#rows(sql, studyId)) {
        const id = this.#integer('trial_id', row['trial_id'])
        const list = groups.get(id)
        if (list === undefined) groups.set(id, [read(row)])
        else list.push(read(row))
      }
      return groups
    }
    const parameters = grouped(
      `SELECT trial_id, param_name, param_value, distribution_json FROM trial_params WHERE ${ofStudy} ORDER BY param_id`,
      row => ({
        name: this.#text('param_name', row['param_name']),
        value: this.#number('param_value', row['param_value']),
        distribution: this.#text('distribution_json', row['distribution_json']),
      }),
    )
    const values = grouped(
      `SELECT trial_id, value, value_type FROM trial_values WHERE ${ofStudy} ORDER BY trial_id, objective`,
      row => this.#value('value', row['value'], row['value_type']),
    )
    const intermediate = grouped(
      `SELECT trial_id, step, intermediate_value, intermediate_value_type FROM trial_intermediate_values WHERE ${ofStudy} ORDER BY trial_id, step`,
      row => ({
        step: this.#integer('step', row['step']),
        ...this.#value(
          'intermediate_value',
          row['intermediate_value'],
          row['intermediate_value_type'],
        ),
      }),
    )
    const user = this.#attributes('trial_user_attributes', 'trial_id', studyId)
    const system = this.#attributes('trial_system_attributes', 'trial_id', studyId)
    return this.#rows(
      'SELECT trial_id, number, state, datetime_start, datetime_complete FROM trials WHERE study_id = ? ORDER BY number',
      studyId,
    ).map((row, index) => {
      if (row['number'] !== index)
        this.#refuse('trials.number', row['number'], msg('rule.equal', { value: index }))
      const id = this.#integer('trial_id', row['trial_id'])
      return {
        number: index,
        state: this.#oneOf('state', row['state'], optunaStates),
        start: this.#textOrNull('datetime_start', row['datetime_start']),
        complete: this.#textOrNull('datetime_complete', row['datetime_complete']),
        parameters: parameters.get(id) ?? [],
        values: values.get(id) ?? [],
        intermediate: intermediate.get(id) ?? [],
        userAttributes: user.get(id) ?? {},
        systemAttributes: system.get(id) ?? {},
      }
    })
  }

  #attributes(
    table: string,
    owner: 'study_id' | 'trial_id',
    studyId: number,
  ): Map<number, Record<string, string>> {
    const where =
      owner === 'study_id'
        ? 'study_id = ?'
        : 'trial_id IN (SELECT trial_id FROM trials WHERE study_id = ?)'
    const all = new Map<number, Record<string, string>>()
    for (const row of this.#rows(
      `SELECT ${owner} AS owner, "key", value_json FROM ${table} WHERE ${where}`,
      studyId,
    )) {
      const id = this.#integer(owner, row['owner'])
      const attributes = all.get(id) ?? (Object.create(null) as Record<string, string>)
      setOwnValue(
        attributes,
        this.#text('key', row['key']),
        this.#text('value_json', row['value_json']),
      )
      all.set(id, attributes)
    }
    return all
  }

  #rows(sql: string, ...parameters: readonly number[]): Row[] {
    return this.#database.prepare<unknown[], Row>(sql).all(...parameters)
  }

  #count(table: string): number {
    return this.#database.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get() ?? 0
  }

  #value(field: string, value: unknown, kind: unknown): OptunaValue {
    const valueKind = this.#oneOf(`${field}_type`, kind, optunaValueKinds)
    return { kind: valueKind, value: valueKind === 'FINITE' ? this.#number(field, value) : null }
  }

  #text(field: string, value: unknown): string {
    if (typeof value !== 'string')
      return this.#refuse(field, value, msg('rule.type', { expected: msg('kind.text') }))
    return value.length <= LONGEST_TEXT
      ? value
      : this.#refuse(
          field,
          `${value.slice(0, 100)}…`,
          msg('rule.characters.atMost', { count: LONGEST_TEXT }),
        )
  }

  #textOrNull(field: string, value: unknown): string | null {
    return value === null ? null : this.#text(field, value)
  }

  #number(field: string, value: unknown): number {
    return typeof value === 'number' ? value : this.#refuse(field, value, msg('rule.number'))
  }

  #integer(field: string, value: unknown): number {
    return Number.isSafeInteger(value)
      ? (value as number)
      : this.#refuse(field, value, msg('rule.whole'))
  }

  #oneOf<Name extends string>(field: string, value: unknown, names: readonly Name[]): Name {
    return (
      names.find(name => name === value) ??
      this.#refuse(field, value, msg('rule.oneOf', { values: names }))
    )
  }

  #refuse(field: string, value: unknown, rule: MessageDescriptor): never {
    const shortValue = (
      typeof value === 'string' ? value.slice(0, 200) : (value ?? null)
    ) as JsonValue
    const plain = Buffer.isBuffer(value) ? `${value.length} bytes` : shortValue
    throw new AppError('data.invalid', { path: this.#path, field, value: plain, rule })
  }
}
