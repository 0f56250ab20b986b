import SqliteDatabase from 'better-sqlite3'
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import {
  isInterrupted,
  openInterrupted,
} from '../../../../src-main/platform/storage/interrupted-database.ts'
import { copyInterrupted } from '../../../helpers/interrupted-database.ts'
import { useScratchFolders } from '../../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()

function interrupted(): string {
  const file = path.join(scratch(), 'a.db')
  copyInterrupted(file, 'CREATE TABLE numbers(x); INSERT INTO numbers VALUES (1), (2)', 'numbers')
  return file
}

function errorOf(file: string): unknown {
  const database = new SqliteDatabase(file, { readonly: true })
  try {
    return database.pragma('schema_version')
  } catch (error) {
    return error
  } finally {
    database.close()
  }
}

it('a change that was not whole is left out, and the files stay as they are', () => {
  const file = interrupted()
  expect(isInterrupted(errorOf(file))).toBe(true)
  const before = readFileSync(file)
  const database = openInterrupted(file)
  expect(database?.prepare('SELECT x FROM numbers').pluck().all()).toEqual([1, 2])
  expect(() => database?.exec('DELETE FROM numbers')).toThrow('readonly')
  database?.close()
  expect(readFileSync(file)).toEqual(before)
  expect(readdirSync(path.dirname(file))).toEqual(['a.db', 'a.db-journal'])
})

it('a journal that names another file is not followed', () => {
  const file = interrupted()
  const victim = path.join(scratch(), 'victim')
  writeFileSync(victim, 'still here')
  const name = Buffer.from(victim)
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(name.reduce((total, byte) => total + byte, 0))
  const length = Buffer.alloc(4)
  length.writeUInt32BE(name.length)
  const magic = Buffer.from('d9d505f920a163d7', 'hex')
  appendFileSync(`${file}-journal`, Buffer.concat([Buffer.alloc(4), name, length, sum, magic]))
  expect(openInterrupted(file)).toBeNull()
  expect(readFileSync(victim, 'utf8')).toBe('still here')
})

it('a journal that makes a database too large is refused', () => {
  const file = interrupted()
  // Pages before the change, as the journal and the database have them in their heads.
  for (const [name, offset] of [
    [`${file}-journal`, 16],
    [file, 28],
  ] as const) {
    const content = readFileSync(name)
    content.writeUInt32BE(1 << 20, offset)
    writeFileSync(name, content)
  }
  expect(openInterrupted(file)).toBeNull()
})

it('a database without a journal is not interrupted', () => {
  const file = path.join(scratch(), 'a.db')
  new SqliteDatabase(file).exec('CREATE TABLE a(x)').close()
  expect(isInterrupted(errorOf(file))).toBe(false)
  expect(openInterrupted(file)).toBeNull()
})
