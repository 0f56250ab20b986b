import { statSync } from 'node:fs'
import path from 'node:path'
import type { Database } from 'better-sqlite3'
import { partsOf, storedWithin } from '../../files/own-path.ts'
import { foldersOf, realPathOf } from '../workspace.ts'
import type { Migration } from './migration.ts'

interface FileRow {
  readonly id: number
  readonly study: number
  readonly trial: number
  readonly path: string
}

/**
 * Paths of files become relative to the folder of the database that they lie in. Where a project was copied or moved before, they
 * name the old place: the file at the same place beside this database counts then. Others stay as they are.
 */
export const migration0009: Migration = {
  version: 9,
  up(handle) {
    if (handle.memory) return
    const { artifacts, checkpoints } = foldersOf(handle.name)
    makeRelative(handle, 'artifacts', artifacts)
    makeRelative(handle, 'checkpoints', checkpoints)
  },
}

function makeRelative(handle: Database, table: string, root: string): void {
  const rows = handle
    .prepare<[], FileRow>(
      `SELECT t.id, t.path, trials.study_id AS study, trials.number AS trial
       FROM ${table} AS t JOIN trials ON trials.id = t.trial_id`,
    )
    .all()
  const update = handle.prepare(`UPDATE ${table} SET path = ? WHERE id = ?`)
  for (const row of rows) {
    const stored = besideDatabase(row, root)
    if (stored !== null) update.run(stored, row.id)
  }
}

/** Files of a trial have always lain at `STUDY/TRIAL/…` in the folder. */
function besideDatabase({ study, trial, path: old }: FileRow, root: string): string | null {
  if (old.includes('\0')) return null
  const parts = old.split(/[/\\]/)
  const at = parts.findLastIndex(
    (part, index) => part === String(study) && parts[index + 1] === String(trial),
  )
  const tail = at < 1 ? '' : parts.slice(at).join('/')
  if (partsOf(tail) !== null && exists(path.join(root, tail))) return tail
  return path.isAbsolute(old) ? storedWithin(root, realPathOf(old)) : null
}

function exists(file: string): boolean {
  try {
    return statSync(file, { throwIfNoEntry: false }) !== undefined
  } catch {
    return false
  }
}
