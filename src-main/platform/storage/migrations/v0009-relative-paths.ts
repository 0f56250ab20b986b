import { statSync } from 'node:fs'
import path from 'node:path'
import type { Database } from 'better-sqlite3'
import { partsOf, storedWithin } from '../../files/own-path.ts'
import { isObject, type JsonObject } from '../../../core/values/json.ts'
import { MovedFolders } from '../moved-folders.ts'
import { foldersOf, realPathOf } from '../workspace.ts'
import type { Migration } from './migration.ts'

interface FileRow {
  readonly id: number
  readonly study: number
  readonly trial: number
  readonly path: string
}

interface StudyRow {
  readonly id: number
  readonly environment: string
  readonly dataset: string | null
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
    nameFolders(handle, new MovedFolders(path.dirname(handle.name)))
  },
}

/** The ways from the database to folders of the user's code and data, if they lie in the same project. */
function nameFolders(handle: Database, folders: MovedFolders): void {
  const rows = handle.prepare<[], StudyRow>('SELECT id, environment, dataset FROM studies').all()
  const update = handle.prepare('UPDATE studies SET environment = ?, dataset = ? WHERE id = ?')
  for (const { id, environment, dataset } of rows) {
    const [project, data]: unknown[] = [environment, dataset ?? 'null'].map(parse)
    update.run(
      isObject(project) ? JSON.stringify(folders.storeEnvironment(project)) : environment,
      isObject(data) ? JSON.stringify(folders.storeDataset(data as JsonObject)) : dataset,
      id,
    )
  }
}

function parse(json: string): unknown {
  return JSON.parse(json)
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
