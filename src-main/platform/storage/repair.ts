import { closeSync, copyFileSync, existsSync, openSync, readSync, writeSync } from 'node:fs'
import path from 'node:path'
import SqliteDatabase, { type Database } from 'better-sqlite3'
import { AppError, isAppError } from '../../core/errors/errors.ts'
import { msg, messageToJson } from '../../core/errors/message.ts'
import { toDatabaseError } from './database-errors.ts'
import { openDatabase, type StoreDatabase } from './database.ts'
import { migrations, SCHEMA_VERSION } from './migrations/migrations.ts'
import { refuseOlderDatabase } from './refuse-older-database.ts'
import { rebuildSchema, tablesOf } from './rebuild-schema.ts'
import { partsOf, salvageRows, type SalvagedRow } from './salvage-rows.ts'
import { studyReader } from './sqlite-study-reader.ts'
import { StoreTables } from './store-tables.ts'
import { studyTables } from './study-rows.ts'
import { sqliteName } from './sqlite-name.ts'

/** Rows saved of a table, and rows lost. */
interface SavedTable {
  readonly table: string
  readonly rows: number
  /** Part of it could not be read; how many rows that held is not known. */
  readonly isDamaged: boolean
  /** Rows that were read and could not be kept: they broke a rule, or what they belong to is lost. */
  readonly dropped: number
}

interface SavedStudy {
  readonly name: string
  readonly trials: number
  /** Numbers of trials that were lost; a canceled trial stands in the place of each. */
  readonly lost: readonly number[]
}

export interface Repair {
  readonly tables: readonly SavedTable[]
  readonly studies: readonly SavedStudy[]
}

/** The start of every file of ours (SQLite format, §1.3): name, pages of 4,096 bytes, no write-ahead log, payload fractions. */
const header = Buffer.from([...Buffer.from('SQLite format 3\0'), 0x10, 0, 1, 1, 0, 64, 32, 32])

/**
 * Saves what can be read of a damaged database, row by row, into a new file.
 * @param file stays as it is
 * @param folder for a copy of it, empty
 * @param target must not be there
 * @throws AppError `database.corrupt` if not even its tables can be found, `database.tooOld`
 */
export function repairDatabase(file: string, folder: string, target: string): Repair {
  refuseOlderDatabase(file, migrations)
  const source = openDamaged(file, folder)
  try {
    const version = versionOf(source)
    const steps = migrations.filter(step => step.version <= version)
    const old = openDatabase(target, { isShared: true, migrations: steps })
    const tables: SavedTable[] = []
    try {
      // The file gets its name when all is done.
      old.handle.pragma('synchronous = OFF')
      old.handle.pragma('foreign_keys = OFF')
      old.write(() => {
        for (const { name } of studyTables) {
          const saved = saveTable(source, old.handle, name)
          if (saved !== null) tables.push(saved)
        }
        finishTrials(old.handle)
        dropOrphans(old.handle, tables)
      })
      old.handle.pragma('foreign_keys = ON')
    } finally {
      old.close()
    }
    const store = openDatabase(target)
    try {
      store.handle.pragma('synchronous = OFF')
      const studies = mendStudies(store)
      store.handle.pragma('synchronous = FULL')
      return { tables, studies }
    } finally {
      store.close()
    }
  } catch (error) {
    throw toDatabaseError(error, file)
  } finally {
    source.close()
  }
}

/** A copy, so that nothing is written to what is damaged already. */
function openDamaged(file: string, folder: string): Database {
  const copy = path.join(folder, 'damaged.sqlite')
  copyFileSync(file, copy)
  if (existsSync(`${file}-wal`)) copyFileSync(`${file}-wal`, `${copy}-wal`)
  try {
    return openWhole(copy)
  } catch {
    mendHeader(copy)
  }
  try {
    return openWhole(copy)
  } catch {
    rebuildSchema(copy, folder)
  }
  try {
    return open(copy)
  } catch (error) {
    throw toDatabaseError(error, file)
  }
}

/** @throws if the schema lacks a table that it should have */
function openWhole(copy: string): Database {
  const handle = open(copy)
  const isWhole = tablesOf(versionOf(handle)).every(
    ({ name }) => columnsOf(handle, name).length > 0,
  )
  if (isWhole) return handle
  handle.close()
  throw new AppError('database.corrupt', { path: copy, reason: msg('failure.otherDatabase') })
}

function open(copy: string): Database {
  const handle = new SqliteDatabase(sqliteName(copy))
  try {
    for (const pragma of ['trusted_schema = 0', 'cell_size_check = 1', 'mmap_size = 0']) {
      handle.pragma(pragma)
    }
    const tableCount = handle
      .prepare(`SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'studies'`)
      .pluck()
      .get()
    if (tableCount === 1) return handle
    throw new AppError('database.corrupt', { path: copy, reason: msg('failure.otherDatabase') })
  } catch (error) {
    handle.close()
    throw error
  }
}

function mendHeader(copy: string): void {
  const handle = openSync(copy, 'r+')
  try {
    const headerBytes = Buffer.alloc(header.length)
    readSync(handle, headerBytes, 0, headerBytes.length, 0)
    if (!headerBytes.equals(header)) writeSync(handle, header, 0, header.length, 0)
  } finally {
    closeSync(handle)
  }
}

/** As the columns say where the number in the header is none of ours. */
function versionOf(source: Database): number {
  const version = Number(source.pragma('user_version', { simple: true }))
  return migrations.some(step => step.version === version) ? version : SCHEMA_VERSION
}

/** @returns null for a table that neither of them has */
function saveTable(source: Database, target: Database, name: string): SavedTable | null {
  const [sourceColumns, wanted] = [columnsOf(source, name), columnsOf(target, name)]
  if (wanted.length === 0) return null
  const columns = wanted.filter(column => sourceColumns.includes(column))
  if (columns.length === 0) return { table: name, rows: 0, isDamaged: true, dropped: 0 }
  const insert = target.prepare<SalvagedRow>(
    `INSERT INTO ${name} (${columns.join()}) VALUES (${columns.map(() => '?').join()})`,
  )
  let [rows, dropped] = [0, 0]
  if (name === 'trials')
    target.exec('CREATE TEMP TABLE ends (id INTEGER PRIMARY KEY, state, at_ms)')
  const end =
    name === 'trials' ? target.prepare('INSERT OR IGNORE INTO ends VALUES (?, ?, ?)') : null
  const endColumns = ['id', 'state', 'finished_at_ms'].map(column => columns.indexOf(column))
  const take = (row: SalvagedRow): void => {
    const cells = [...row]
    if (end !== null) {
      // Rows of finished trials never change, so trials finish last.
      end.run(...endColumns.map(at => cells[at]))
      cells[endColumns[1] as number] = 'interrupted'
      cells[endColumns[2] as number] = null
    }
    try {
      insert.run(...cells)
      rows++
    } catch (error) {
      const code = String((error as { code?: string }).code)
      if (!code.startsWith('SQLITE_CONSTRAINT')) throw error
      // A row that came twice.
      if (!/PRIMARYKEY|ROWID|UNIQUE/.test(code)) dropped++
    }
  }
  const whole = partsOf(source, name).map(part => salvageRows(source, name, columns, take, part))
  return { table: name, rows, isDamaged: whole.includes(false), dropped }
}

function finishTrials(target: Database): void {
  const ends = target
    .prepare<[], { id: number; state: string; at_ms: number | null }>('SELECT * FROM ends')
    .all()
  const finish = target.prepare(
    'UPDATE OR IGNORE trials SET state = ?, finished_at_ms = ? WHERE id = ?',
  )
  for (const { id, state, at_ms: atMs } of ends) {
    try {
      finish.run(state, atMs, id)
    } catch (error) {
      if (!String((error as { code?: string }).code).startsWith('SQLITE_CONSTRAINT')) throw error
    }
  }
  target.exec('DROP TABLE ends')
}

/** Rows whose parents are lost, parents first. Guards of finished trials ask for the trial, which these have not. */
function dropOrphans(target: Database, tables: SavedTable[]): void {
  target.exec(
    'UPDATE studies SET dataset_id = NULL WHERE dataset_id NOT IN (SELECT id FROM datasets)',
  )
  const guards = target
    .prepare<[], { name: string; sql: string }>(
      `SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'`,
    )
    .all()
  for (const { name } of guards) target.exec(`DROP TRIGGER ${name}`)
  for (const { name, refers } of studyTables) {
    for (const [column, parent] of Object.entries(refers)) {
      if (column === 'dataset_id' || columnsOf(target, name).length === 0) continue
      const { changes } = target
        .prepare(`DELETE FROM ${name} WHERE ${column} NOT IN (SELECT id FROM ${parent})`)
        .run()
      const at = tables.findIndex(({ table }) => table === name)
      const savedTable = tables[at]
      if (savedTable !== undefined && changes > 0) {
        tables[at] = {
          ...savedTable,
          rows: savedTable.rows - changes,
          dropped: savedTable.dropped + changes,
        }
      }
    }
  }
  for (const { sql } of guards) target.exec(sql)
}

function columnsOf(handle: Database, table: string): string[] {
  return handle
    .prepare<[string], string>('SELECT name FROM pragma_table_info(?)')
    .pluck()
    .all(table)
}

/** Rows that cannot be understood go; trials that are lost get a stand-in, since trials are counted. */
function mendStudies(store: StoreDatabase): SavedStudy[] {
  const { handle } = store
  const reader = studyReader(new StoreTables(store))
  if (!works(() => reader.datasets())) {
    store.write(() => handle.exec('UPDATE studies SET dataset_id = NULL; DELETE FROM datasets'))
  }
  const studies = handle
    .prepare<[], { id: number; name: string }>(
      'SELECT id, name FROM studies WHERE deleted_at_ms IS NULL ORDER BY id',
    )
    .all()
  return studies.map(({ id, name }) => {
    const mend = (): number[] => store.write(() => fillNumberGaps(handle, id))
    let lost = mend()
    if (works(() => reader.requireReadable(id)))
      return { name, trials: count(handle, id, lost), lost }
    for (const [table, read] of [
      ['artifacts', () => reader.artifacts(id)],
      ['checkpoints', () => reader.checkpoints(id)],
      ['trial_remarks', () => reader.remarks(id)],
      ['queued_points', () => reader.queuedPoints(id)],
      ['winners', () => reader.winner(id)],
    ] as const) {
      if (!works(read)) store.write(() => removeRows(handle, table, id))
    }
    const broken = numbersOf(handle, id).filter(
      number => !works(() => [reader.trial(id, number), reader.resources(id, number)]),
    )
    store.write(() => {
      for (const number of broken) removeTrial(handle, id, number)
    })
    lost = [...new Set([...lost, ...broken, ...mend()])].sort((a, b) => a - b)
    if (works(() => reader.requireReadable(id)))
      return { name, trials: count(handle, id, lost), lost }
    const all = numbersOf(handle, id)
    store.write(() => removeStudy(handle, id))
    return { name, trials: 0, lost: all }
  })
}

function works(read: () => unknown): boolean {
  try {
    read()
    return true
  } catch (error) {
    if (isAppError(error, 'database.corrupt')) return false
    throw error
  }
}

function numbersOf(handle: Database, study: number): number[] {
  return handle
    .prepare<[number], number>('SELECT number FROM trials WHERE study_id = ? ORDER BY number')
    .pluck()
    .all(study)
}

function count(handle: Database, study: number, lost: readonly number[]): number {
  return Math.max(0, numbersOf(handle, study).length - lost.length)
}

/** Numbers that lie further apart are damage themselves. */
const MAX_STAND_INS = 100_000

function fillNumberGaps(handle: Database, study: number): number[] {
  const numbers = numbersOf(handle, study)
  const presentNumbers = new Set(numbers)
  const end = Math.min((numbers.at(-1) ?? -1) + 1, numbers.length + MAX_STAND_INS)
  const lost = Array.from({ length: end }, (_, number) => number).filter(
    number => !presentNumbers.has(number),
  )
  const insert = handle.prepare(
    `INSERT INTO trials (study_id, number, state, seed, started_at_ms, finished_at_ms, reason, parameters, provenance)
     SELECT study_id, :number, 'canceled', 0, started_at_ms, started_at_ms, :reason, parameters, :provenance
     FROM trials WHERE study_id = :study ORDER BY abs(number - :number) LIMIT 1`,
  )
  const reason = messageToJson(msg('ending.lost'))
  const provenance = JSON.stringify({ sampler: 'repair', reason: msg('ending.lost') })
  for (const number of lost) insert.run({ study, number, reason, provenance })
  return lost
}

function removeRows(handle: Database, table: string, study: number): void {
  const of = studyTables.find(({ name }) => name === table)?.of ?? 'FALSE'
  handle.prepare(`DELETE FROM ${table} WHERE ${of}`).run({ study })
}

/** The guards let go what belongs to a study in the bin. */
function inBin(handle: Database, study: number, work: () => void): void {
  const set = handle.prepare('UPDATE studies SET deleted_at_ms = ? WHERE id = ?')
  set.run(0, study)
  work()
  set.run(null, study)
}

function removeTrial(handle: Database, study: number, number: number): void {
  const id = handle
    .prepare<[number, number], number>('SELECT id FROM trials WHERE study_id = ? AND number = ?')
    .pluck()
    .get(study, number)
  inBin(handle, study, () => {
    for (const { name, refers } of [...studyTables].reverse()) {
      if (refers['trial_id'] !== undefined)
        handle.prepare(`DELETE FROM ${name} WHERE trial_id = ?`).run(id)
    }
    handle.prepare('DELETE FROM trials WHERE id = ?').run(id)
  })
}

function removeStudy(handle: Database, study: number): void {
  inBin(handle, study, () => {
    for (const { name } of [...studyTables].reverse()) {
      if (name !== 'metric_names' && name !== 'datasets') removeRows(handle, name, study)
    }
  })
}
