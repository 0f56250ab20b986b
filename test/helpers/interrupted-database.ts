import SqliteDatabase from 'better-sqlite3'
import { copyFileSync, rmSync } from 'node:fs'

/**
 * Leaves a database as a process leaves it that is killed in the middle of a change: the change stands there in part, and its journal.
 * @param statements what was there before
 * @param table one of their tables, which the change empties
 */
export function copyInterrupted(file: string, statements: string, table: string): void {
  const database = new SqliteDatabase(`${file}.writer`)
  // A small cache, so that pages reach the file before the change is whole.
  database.pragma('cache_size = 1')
  database.exec(statements)
  database.exec('CREATE TABLE filling(x)')
  database.exec('BEGIN IMMEDIATE')
  database.exec(`DELETE FROM "${table}"`)
  const insert = database.prepare('INSERT INTO filling VALUES (zeroblob(3000))')
  for (let row = 0; row < 100; row++) insert.run()
  copyFileSync(`${file}.writer`, file)
  copyFileSync(`${file}.writer-journal`, `${file}-journal`)
  database.exec('ROLLBACK')
  database.close()
  rmSync(`${file}.writer`)
}
