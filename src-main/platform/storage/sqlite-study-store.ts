import { existsSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import { AppError, reasonOf } from '../../core/errors/errors.ts'
import { fitting, isWritable } from './database-errors.ts'
import { openDatabase } from './database.ts'
import { requireOwn } from '../files/require-own.ts'
import { ownPathsOf } from './workspace.ts'
import { optunaChanges } from './sqlite-optuna-changes.ts'
import { studyChanges } from './sqlite-study-changes.ts'
import { studyImports } from './sqlite-study-imports.ts'
import { studyReader } from './sqlite-study-reader.ts'
import { trialChanges } from './sqlite-trial-changes.ts'
import { StoreTables } from './store-tables.ts'
import type { StudyReader, StudyStore } from './study-store.ts'

export interface WritingOptions {
  readonly readOnly?: false
  /** Largest size of the file in pages of 4096 bytes; beyond it, writing throws `database.full`. */
  readonly maxPages?: number
}

export interface ReadingOptions {
  readonly readOnly: true
}

/** The store over the tables of a database that was opened for writing. */
export function composeStore(tables: StoreTables): StudyStore {
  const reader = studyReader(tables)
  const studies = studyChanges(tables, reader)
  const trials = trialChanges(tables, studies)
  return {
    ...reader,
    ...studies,
    ...trials,
    ...studyImports(tables, { reader, studies, trials }),
    ...optunaChanges(tables, studies),
  }
}

/**
 * Opens the store of studies.
 *
 * For writing, a missing file is created (its folder must exist), an older one is migrated after a
 * backup, and the write lock is held until `close` or the end of the process. With `readOnly`,
 * nothing is written and no lock is taken: any number of readers works beside the writer.
 *
 * @param path a file, or `:memory:` for a store that ends with the process (writing only).
 * @throws AppError `file.notFound`, `file.unreadable`, `database.locked`, `database.readOnly`,
 * `database.tooOld`, `database.future`, `database.corrupt`, `database.full`, `database.migrationFailed`
 */
export function openStudyStore(path: string, options: ReadingOptions): StudyReader
export function openStudyStore(path: string, options?: WritingOptions): StudyStore
export function openStudyStore(
  path: string,
  options: ReadingOptions | WritingOptions = {},
): StudyReader {
  const database = openDatabase(path, options)
  const open = options.readOnly === true ? studyReader : composeStore
  return fitting(database, () => open(new StoreTables(database)))
}

/**
 * Opens a database for writing; it and its folder are made if missing.
 * @throws AppError `file.unwritable` for the folder, `file.unreadable` where another user has made the database or a folder of its files,
 * `database.*` for the rest
 */
export function openStoreForWriting(databasePath: string): StudyStore {
  const folder = path.dirname(databasePath)
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new AppError('file.unwritable', { path: folder, reason: reasonOf(error) }, error)
  }
  // What cannot be written is refused as such.
  if (!existsSync(databasePath) || isWritable(databasePath))
    for (const file of ownPathsOf(databasePath)) requireOwn(file)
  return openStudyStore(databasePath)
}
