import { closeSync, openSync, readFileSync, readSync, statSync, writeSync } from 'node:fs'
import path from 'node:path'
import SqliteDatabase, { type Database } from 'better-sqlite3'
import { removeEntrySync } from '../files/remove.ts'
import { memoryPath, openDatabase } from './database.ts'
import { findTrees, PAGE_BYTES, type Stored, type Tree } from './find-trees.ts'
import { migrations } from './migrations/migrations.ts'
import { sqliteName } from './sqlite-name.ts'

const USER_VERSION_AT = 60
/** Of the records of a tree that are looked at, so many have the shape of its table. */
const MIN_SHARE = 0.6

interface Column {
  readonly name: string
  readonly type: string
  readonly notnull: number
  readonly dflt_value: string | null
  readonly pk: number
}

interface Table {
  readonly name: string
  readonly hasRowIds: boolean
  readonly columns: readonly Column[]
}

/** As databases of a version have them, those with few columns first. */
export function tablesOf(version: number): Table[] {
  const { handle } = openDatabase(memoryPath, {
    migrations: migrations.filter(step => step.version <= version),
  })
  try {
    const all = handle.pragma('table_list') as { name: string; type: string; wr: number }[]
    const columns = handle.prepare<[string], Column>('SELECT * FROM pragma_table_info(?)')
    return all
      .filter(({ name, type }) => type === 'table' && !name.startsWith('sqlite_'))
      .map(({ name, wr }) => ({ name, hasRowIds: wr === 0, columns: columns.all(name) }))
      .sort((first, other) => first.columns.length - other.columns.length)
  } finally {
    handle.close()
  }
}

/**
 * Puts a new schema in the place of a damaged one: pages say which of them belong together, and the shape of their records says of which
 * table they are. Branches whose trunk is lost become tables of their own, `NAME__2` and so on.
 * @param folder for an empty database
 */
export function rebuildSchema(copy: string, folder: string): void {
  const file = openSync(copy, 'r+')
  let assignment
  try {
    assignment = assign(file)
    const fresh = path.join(folder, 'empty.sqlite')
    const empty = new SqliteDatabase(sqliteName(fresh))
    empty.pragma(`page_size = ${PAGE_BYTES}`)
    empty.pragma(`user_version = ${assignment.version}`)
    empty.close()
    const page = readFileSync(fresh)
    page.writeUInt32BE(Math.floor(statSync(copy).size / PAGE_BYTES), 28)
    writeSync(file, page, 0, PAGE_BYTES, 0)
  } finally {
    closeSync(file)
  }
  for (const end of ['-wal', '-shm', '-journal']) removeEntrySync(copy + end)
  const handle = new SqliteDatabase(sqliteName(copy))
  try {
    handle.transaction(() => writeSchema(handle, assignment))()
  } finally {
    handle.close()
  }
}

interface Assignment {
  readonly version: number
  readonly tables: readonly { readonly table: Table; readonly trees: readonly Tree[] }[]
  /** Whether a table without pages may have lost them. */
  readonly hasUnreadable: boolean
}

/** The tables of the version that fits best, the first of those that fit alike. */
function assign(file: number): Assignment {
  const { trees, unreadable } = findTrees(file)
  const storedVersion = versionIn(file)
  const versions =
    storedVersion === null ? migrations.map(({ version }) => version) : [storedVersion]
  let best: { version: number; tables: Table[]; fitting: number } | null = null
  for (const version of versions) {
    const tables = tablesOf(version)
    const fitting = trees.reduce((sum, tree) => sum + (bestTable(tree, tables)?.fitting ?? 0), 0)
    if (best === null || fitting > best.fitting) best = { version, tables, fitting }
  }
  const { version, tables } = best as NonNullable<typeof best>
  return {
    version,
    tables: assignTrees(trees, tables),
    hasUnreadable: unreadable > 0,
  }
}

function versionIn(file: number): number | null {
  const bytes = Buffer.alloc(4)
  readSync(file, bytes, 0, bytes.length, USER_VERSION_AT)
  const version = bytes.readInt32BE()
  return migrations.some(step => step.version === version) ? version : null
}

function bestTable(tree: Tree, tables: readonly Table[]): { table: Table; fitting: number } | null {
  let best: { table: Table; fitting: number } | null = null
  for (const table of tables) {
    if (table.hasRowIds === tree.isIndex) continue
    const fitting = tree.samples.filter(shape => fits(shape, table)).length
    if (fitting > (best?.fitting ?? 0)) best = { table, fitting }
  }
  return best !== null && best.fitting >= MIN_SHARE * tree.samples.length ? best : null
}

/** Rows that were written before a table got its last columns lack these; the id of a row lies beside the record. */
function fits(shape: readonly Stored[], table: Table): boolean {
  const { columns } = table
  const least =
    columns.findLastIndex(column => column.notnull === 1 && column.dflt_value === null) + 1
  if (shape.length > columns.length || shape.length < least) return false
  return shape.every((stored, index) => {
    const column = columns[index] as Column
    const { type, notnull } = column
    if (isRowId(table, column)) return stored === 'null'
    if (stored === 'null') return notnull === 0
    if (stored === 'integer') return type !== 'TEXT' && type !== 'BLOB'
    return stored === type.toLowerCase()
  })
}

/** Values of goals and of constraints look alike: those of goals, which every study has, were made first. */
function assignTrees(trees: readonly Tree[], tables: readonly Table[]): Assignment['tables'] {
  const of = new Map<string, Tree[]>(tables.map(({ name }) => [name, []]))
  for (const tree of trees) {
    const name = bestTable(tree, tables)?.table.name
    if (name !== undefined) of.get(name)?.push(tree)
  }
  const [constraints, goals] = [of.get('constraint_values'), of.get('objective_values')]
  if (goals !== undefined && constraints !== undefined) {
    const alike = [...goals, ...constraints].sort((first, other) => first.root - other.root)
    of.set(
      'objective_values',
      alike.filter((_, index) => index !== 1),
    )
    of.set('constraint_values', alike.slice(1, 2))
  }
  return tables.map(table => ({
    table,
    trees: (of.get(table.name) ?? []).sort((first, other) => other.pages - first.pages),
  }))
}

function writeSchema(handle: Database, { tables, hasUnreadable }: Assignment): void {
  // Tables without rows get an empty page, unless their pages may be among those that cannot be read.
  for (const { table, trees } of tables) {
    if (trees.length === 0 && !hasUnreadable) handle.exec(definitionOf(table, table.name))
  }
  handle.unsafeMode(true)
  handle.pragma('writable_schema = ON')
  const insert = handle.prepare(
    `INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql) VALUES ('table', :name, :name, :root, :sql)`,
  )
  for (const { table, trees } of tables) {
    for (const [index, { root }] of trees.entries()) {
      const name = index === 0 ? table.name : `${table.name}__${index + 1}`
      insert.run({ name, root, sql: definitionOf(table, name) })
    }
  }
  handle.pragma('writable_schema = RESET')
}

function isRowId({ hasRowIds, columns }: Table, { type, pk }: Column): boolean {
  const keys = columns.filter(column => column.pk > 0).length
  return hasRowIds && pk > 0 && type === 'INTEGER' && keys === 1
}

/** Columns alone: rules are for the database that gets the rows. */
function definitionOf(table: Table, name: string): string {
  const { hasRowIds, columns } = table
  const parts = columns.map(column => {
    const key = isRowId(table, column) ? ' PRIMARY KEY' : ''
    const value = column.dflt_value === null ? '' : ` DEFAULT ${column.dflt_value}`
    return `${column.name} ${column.type}${key}${value}`
  })
  if (hasRowIds) return `CREATE TABLE ${name} (${parts.join(', ')})`
  const keys = columns.filter(({ pk }) => pk > 0).map(column => column.name)
  return `CREATE TABLE ${name} (${parts.join(', ')}, PRIMARY KEY (${keys.join(', ')})) WITHOUT ROWID`
}
