import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { AppError } from '../contract/errors.ts'
import { reasonOf } from '../contract/error-fact.ts'
import { openStudyStore } from './sqlite-study-store.ts'
import type { StudyStore } from './study-store.ts'

/**
 * Opens a database for writing; it and its folder are made if missing.
 * @throws AppError `file.unwritable` for the folder, `database.*` for the rest
 */
export function openStoreForWriting(databasePath: string): StudyStore {
  const folder = path.dirname(databasePath)
  try {
    mkdirSync(folder, { recursive: true })
  } catch (error) {
    throw new AppError('file.unwritable', { path: folder, reason: reasonOf(error) }, error)
  }
  return openStudyStore(databasePath)
}
