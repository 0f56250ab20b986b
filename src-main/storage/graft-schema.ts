import { closeSync, openSync, readFileSync, readSync, statSync, writeSync } from 'node:fs'
import path from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { openDatabase } from './database.ts'
import { migrations } from './migrations/migrations.ts'

const PAGE_BYTES = 4_096
/** Header of the file, before the one of page 1. */
const FILE_HEADER_BYTES = 100
const USER_VERSION_AT = 60

const INTERIOR_TABLE = 5
const tablePages: readonly number[] = [INTERIOR_TABLE, 13]
const indexPages: readonly number[] = [2, 10]

/**
 * Puts the schema of a new database in the place of a damaged one. A database that was made by this version has its tables where a new
 * one has them, and its schema never changed.
 * @param folder for a new database
 * @returns false where roots of tables lie elsewhere, as after an update from an earlier version; then nothing was written
 */
export function graftSchema(copy: string, folder: string): boolean {
  const fresh = path.join(folder, 'fresh.sqlite')
  openDatabase(fresh, { isShared: true }).close()
  const pages = readFileSync(fresh)
  const file = openSync(copy, 'r+')
  try {
    const isOld = versionIn(file) >= 1 && versionIn(file) < migrations.length
    if (isOld || !rootsOf(fresh).every(root => isOfKind(file, root))) return false
    for (const page of schemaPages(pages)) {
      const from = (page - 1) * PAGE_BYTES
      writeSync(file, pages, from, PAGE_BYTES, from)
    }
    // Pages of this file, none of them free.
    const counts = Buffer.alloc(12)
    counts.writeUInt32BE(Math.floor(statSync(copy).size / PAGE_BYTES))
    writeSync(file, counts, 0, counts.length, 28)
    return true
  } finally {
    closeSync(file)
  }
}

function versionIn(file: number): number {
  const version = Buffer.alloc(4)
  readSync(file, version, 0, version.length, USER_VERSION_AT)
  return version.readInt32BE()
}

interface Root {
  readonly page: number
  readonly kinds: readonly number[]
}

function rootsOf(fresh: string): Root[] {
  const handle = new SqliteDatabase(fresh, { readonly: true })
  try {
    const entries = handle
      .prepare<[], { type: string; page: number; sql: string | null }>(
        'SELECT type, rootpage AS page, sql FROM sqlite_schema WHERE rootpage > 0',
      )
      .all()
    return entries.map(({ type, page, sql }) => {
      const isTable = type === 'table' && sql?.includes('WITHOUT ROWID') !== true
      return { page, kinds: isTable ? tablePages : indexPages }
    })
  } finally {
    handle.close()
  }
}

function isOfKind(file: number, { page, kinds }: Root): boolean {
  const kind = Buffer.alloc(1)
  const read = readSync(file, kind, 0, 1, (page - 1) * PAGE_BYTES)
  // A root that is damaged itself says nothing.
  const known = [...tablePages, ...indexPages].includes(kind[0] ?? 0)
  return read === 1 && (!known || kinds.includes(kind[0] ?? 0))
}

/** Of the tree that begins on page 1 (SQLite format, §1.6). */
function schemaPages(pages: Buffer, page = 1): number[] {
  const start = (page - 1) * PAGE_BYTES
  const head = start + (page === 1 ? FILE_HEADER_BYTES : 0)
  if (pages[head] !== INTERIOR_TABLE) return [page]
  const cells = pages.readUInt16BE(head + 3)
  const children = Array.from({ length: cells }, (_, cell) =>
    pages.readUInt32BE(start + pages.readUInt16BE(head + 12 + 2 * cell)),
  )
  return [page, ...[...children, pages.readUInt32BE(head + 8)].flatMap(child => schemaPages(pages, child))] // prettier-ignore
}
