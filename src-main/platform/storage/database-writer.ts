import { ownValue } from '../../core/values/named-values.ts'
import path from 'node:path'
import type SqliteDatabase from 'better-sqlite3'
import { z } from 'zod'
import type { DatabaseWriter } from '../../core/storage/database-writer.ts'

/** Who started the command line, where its caller says so: a notebook, a script. */
const CALLER_VARIABLE = 'TUNEWRIGHT_CALLER'
const MAX_LENGTH = 100

/** The entries of our own programs, as people call them. */
const names: Readonly<Record<string, string>> = { 'back-end': 'Tunewright', cli: 'tunewright' }

/** This program, as people know it: its command line as far as it is short, and who started it. */
export function programName(argv: readonly string[], environment: NodeJS.ProcessEnv): string {
  const [, entry = '', ...words] = argv
  const { name } = path.parse(entry)
  const caller = environment[CALLER_VARIABLE]
  const line = [
    ownValue(names, name) ?? name,
    ...(name === 'cli' ? words.filter(isVerbOfChange) : []),
  ].join(' ')
  return shortened(caller === undefined || caller === '' ? line : `${line} (${caller})`)
}

/** Which database, everybody knows who reads of its writer. */
function isVerbOfChange(word: string, index: number, words: readonly string[]): boolean {
  return !word.startsWith('--db') && words[index - 1] !== '--db' && word !== '--json'
}

/** Notes in the lock file who has the lock. */
export function noteWriter(handle: SqliteDatabase.Database, sinceMs: number): void {
  const program = programName(process.argv, process.env)
  handle.exec('CREATE TABLE IF NOT EXISTS writer (process INTEGER, program TEXT, since_ms REAL)')
  handle.exec('DELETE FROM writer')
  handle.prepare('INSERT INTO writer VALUES (?, ?, ?)').run(process.pid, program, sinceMs)
  // What earlier versions read.
  handle.pragma(`user_version = ${process.pid}`)
}

const rowSchema = z.object({
  process: z.int().min(1),
  program: z.string(),
  since_ms: z.number(),
})

/** @returns null where nobody noted anything that can be read */
export function notedWriter(handle: SqliteDatabase.Database): DatabaseWriter | null {
  const process = Number(handle.pragma('user_version', { simple: true }))
  if (!(process > 0)) return null
  const unknown = { process, program: null, sinceMs: null }
  // One of an earlier version notes its id alone.
  const table = handle.prepare("SELECT 1 FROM sqlite_master WHERE name = 'writer'").get()
  if (table === undefined) return unknown
  const row = rowSchema.safeParse(handle.prepare('SELECT * FROM writer').get())
  if (!row.success || row.data.process !== process) return unknown
  return { process, program: shortened(row.data.program), sinceMs: row.data.since_ms }
}

function shortened(text: string): string {
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH - 1)}…` : text
}
