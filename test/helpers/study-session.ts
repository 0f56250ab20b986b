import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll } from 'vitest'
import {
  studySpecificationSchema,
  type StudySpecificationInput,
} from '../../src-main/core/study/study-specification.ts'
import type { StudySnapshot } from '../../src-main/core/study/study.ts'
import { createStudy } from '../../src-main/features/studies/node/create-study.ts'
import { openStudyStore } from '../../src-main/platform/storage/sqlite-study-store.ts'
import { wasKilled } from './process-group.ts'
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

/** New databases in a folder of the test file, each with the study `specification` as `changes` change it. */
export function useStudyDatabases(
  specification: StudySpecificationInput,
): (changes?: Partial<StudySpecificationInput>) => Promise<string> {
  let directory = ''
  let count = 0
  beforeAll(async () => {
    directory = await mkdtemp(path.join(os.tmpdir(), 'tunewright-sessions-'))
  })
  afterAll(async () => {
    await rm(directory, { recursive: true, force: true })
  })
  return async (changes = {}) => {
    const databasePath = path.join(directory, `${count++}.sqlite`)
    await createStudyDatabase(databasePath, { ...specification, ...changes }, directory)
    return databasePath
  }
}

/** Runs one session in a process of its own; resolves with the signal that ended it, null for a normal end. */
export async function runSession(request: CrashRequest): Promise<NodeJS.Signals | null> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [script, JSON.stringify(request)], (error, _stdout, stderr) => {
      if (error === null) resolve(null)
      else if (wasKilled(error, stderr)) resolve('SIGKILL')
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
