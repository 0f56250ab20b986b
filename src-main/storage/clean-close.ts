import { fact } from '../contract/fact.ts'
import type SqliteDatabase from 'better-sqlite3'
import { StoredValueError } from './database-errors.ts'

/**
 * A row says whether the last writing process closed the database itself. If it went away instead,
 * the next one checks the file before it trusts it.
 */
export function wasCleanlyClosed(handle: SqliteDatabase.Database): boolean {
  return handle.prepare<[], number>('SELECT cleanly_closed FROM store_state').pluck().get() === 1
}

export function setCleanlyClosed(handle: SqliteDatabase.Database, clean: boolean): void {
  handle.prepare('UPDATE store_state SET cleanly_closed = ?').run(clean ? 1 : 0)
}

/** @throws StoredValueError with what SQLite found. */
export function quickCheck(handle: SqliteDatabase.Database): void {
  const findings = handle.prepare<[], string>('PRAGMA quick_check(5)').pluck().all()
  if (findings.length === 1 && findings[0] === 'ok') return
  throw new StoredValueError(fact('failure.uncleanExit', { findings: findings }))
}
