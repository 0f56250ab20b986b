import { execFile } from 'node:child_process'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import {
  studySpecificationSchema,
  type StudySpecificationInput,
} from '../../src-main/contract/study-specification.ts'
import type { StudySnapshot } from '../../src-main/contract/study.ts'
import { createStudy } from '../../src-main/study/create-study.ts'
import { openStudyStore } from '../../src-main/storage/sqlite-study-store.ts'
import type { CrashRequest } from './run-with-crash.ts'

const script = fileURLToPath(new URL('./run-with-crash.ts', import.meta.url))

/** A new database with one study; data files are looked for in `directory`. */
export async function createStudyDatabase(
  databasePath: string,
  specification: StudySpecificationInput,
  directory: string,
): Promise<void> {
  const store = openStudyStore(databasePath)
  await createStudy({
    file: { specification: studySpecificationSchema.parse(specification), source: '', directory },
    store,
    datasetCacheDirectory: path.join(path.dirname(databasePath), 'datasets'),
    now: Date.now,
  })
  store.close()
}

/** Runs one session in a process of its own; resolves with the signal that ended it, null for a normal end. */
export async function runSession(request: CrashRequest): Promise<NodeJS.Signals | null> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [script, JSON.stringify(request)], (error, _stdout, stderr) => {
      if (error === null) resolve(null)
      else if (error.signal !== null && error.signal !== undefined) resolve(error.signal)
      else reject(new Error(stderr))
    })
  })
}

/** Everything about the only study of a database. */
export function readStudy(databasePath: string): StudySnapshot {
  const reader = openStudyStore(databasePath, { readOnly: true })
  const snapshot = reader.snapshot(1)
  reader.close()
  return snapshot
}
