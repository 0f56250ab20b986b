import { existsSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import type { UnpackLimits } from '../../../core/processes/import-protocol.ts'
import type { StudyRecord } from '../../../core/study/study.ts'
import { flushFolderSync, renameOverSync } from '../../../platform/files/durable.ts'
import { removeEntry, removeWithinSync } from '../../../platform/files/remove.ts'
import {
  removePartsOf,
  temporaryBeside,
  temporaryFolder,
} from '../../../platform/files/temporary.ts'
import { openDatabase } from '../../../platform/storage/database.ts'
import type { StudyStore } from '../../../platform/storage/study-store.ts'
import type { ForeignReader } from '../../imports/node/foreign-reader.ts'
import { DATABASE_NAME } from './manifest.ts'
import { inBundle } from './unpack-bundle.ts'

export interface ImportBundle {
  readonly store: StudyStore
  readonly file: string
  readonly now: () => number
  /** Name of the study here; null for its own. */
  readonly name: string | null
  /** Only a study of this name; null for any. */
  readonly only: string | null
  /** Absent: a person imports. */
  readonly limits?: UnpackLimits | undefined
}

/**
 * Takes the study of a bundle over, with all its rows and files, or nothing: everything is unpacked beside the database and compared
 * before the study is there.
 * @throws AppError `study.exists`, and what unpacking throws
 */
export async function importBundle(
  request: ImportBundle,
  reader: Pick<ForeignReader, 'unpack'>,
): Promise<StudyRecord> {
  const { store, file, only, limits } = request
  const base = store.folders === null ? null : `${store.folders.base}-import`
  if (base !== null) removePartsOf(base)
  const staging = base === null ? temporaryFolder('bundle') : temporaryBeside(base)
  try {
    await reader.unpack({ file, only, staging, limits })
    return adopt(request, staging)
  } finally {
    await removeEntry(staging)
  }
}

function adopt({ store, file, now, name }: ImportBundle, staging: string): StudyRecord {
  const moved: { readonly root: string; readonly folder: string }[] = []
  const moveFiles = (studyId: number): void => {
    if (store.folders === null) return
    for (const table of ['artifacts', 'checkpoints'] as const) {
      const from = path.join(staging, table)
      const root = store.folders[table]
      const to = path.join(root, String(studyId))
      // No study had this id, so that what lies there is left of one that was removed.
      removeWithinSync(root, to)
      if (!existsSync(from)) continue
      mkdirSync(root, { recursive: true })
      renameOverSync(from, to)
      moved.push({ root, folder: to })
      flushFolderSync(root)
    }
  }
  try {
    return inBundle(file, () => {
      const source = openDatabase(path.join(staging, DATABASE_NAME), { isShared: true })
      try {
        return store.adoptStudy(source, { name, atMs: now(), moveFiles })
      } finally {
        source.close()
      }
    })
  } catch (error) {
    for (const { root, folder } of moved) removeWithinSync(root, folder)
    throw error
  }
}
