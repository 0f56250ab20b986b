import { renameSync } from 'node:fs'
import path from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { openDatabase } from '../../../../src-main/platform/storage/database.ts'
import { openStudyStore } from '../../../../src-main/platform/storage/sqlite-study-store.ts'
import { locateWorkspace } from '../../../../src-main/platform/storage/workspace.ts'
import { writerIsAlive } from '../../../../src-main/platform/storage/write-lock.ts'
import { useScratchFolders } from '../../../helpers/scratch-folder.ts'
import { errorOf, sampleFinish, sampleStudy, sampleTrial } from '../../../helpers/store-samples.ts'

const scratch = useScratchFolders()

/** A database with a trial that runs. */
function makeProject(): string {
  const file = path.join(scratch(), 'studies.sqlite')
  const store = openStudyStore(file)
  const { id } = store.createStudy(sampleStudy())
  store.startTrial(sampleTrial(id, 0))
  store.close()
  return file
}

describe('paths of files', () => {
  it('are those of the folder beside the database, whatever it is called now', () => {
    const base = scratch()
    const file = path.join(base, 'a.sqlite')
    const store = openStudyStore(file)
    const { id } = store.createStudy(sampleStudy())
    store.startTrial(sampleTrial(id, 0))
    const weights = path.join(locateWorkspace(file).artifactDirectory(id, 0), 'best')
    const artifacts = [{ kind: 'weights.best', path: weights, bytes: 1, sha256: 'x' }]
    store.finishTrial({ ...sampleFinish(id, 0), artifacts })
    store.close()
    renameSync(file, path.join(base, 'b.sqlite'))
    const renamed = openStudyStore(path.join(base, 'b.sqlite'))
    expect(renamed.artifacts(id)[0]?.path).toBe(
      path.join(base, 'b-artifacts', String(id), '0/best'),
    )
    renamed.close()
  })

  it.each(['../x', 'a/../../x', 'C:x', 'a\\b'])('are damage when they lead out: %s', stored => {
    const file = makeProject()
    const raw = new SqliteDatabase(file)
    raw
      .prepare(
        `INSERT INTO checkpoints (trial_id, step, batch, path, bytes, sha256, saved_at_ms)
         VALUES (1, 0, 0, ?, 0, '', 0)`,
      )
      .run(stored)
    raw.close()
    const store = openStudyStore(file, { readOnly: true })
    const error = errorOf('database.corrupt', () => store.checkpoints(1))
    expect(error.detail.reason).toEqual({
      code: 'failure.pathOutside',
      values: { column: 'checkpoints.path', path: stored },
    })
    store.close()
  })
})

describe('a database where machines share no memory', () => {
  it('has a journal that needs none, is read beside its writer, and gets its log back elsewhere', () => {
    const file = path.join(scratch(), 'a.sqlite')
    const journal = (handle: SqliteDatabase.Database): unknown =>
      handle.pragma('journal_mode', { simple: true })
    const writer = openDatabase(file, { isShared: true })
    expect(journal(writer.handle)).toBe('delete')
    const reader = openDatabase(file, { readOnly: true })
    expect(reader.handle.prepare('SELECT count(*) FROM studies').pluck().get()).toBe(0)
    errorOf('database.locked', () => openDatabase(file, { isShared: true }))
    reader.close()
    writer.close()
    const local = openDatabase(file, { isShared: false })
    expect(journal(local.handle)).toBe('wal')
    local.close()
  })
})

describe('whether somebody writes', () => {
  it('is a matter of the lock, not of a process id that was given to another process', () => {
    const file = path.join(scratch(), 'a.sqlite')
    expect(writerIsAlive(file)).toBe(false)
    const writer = openDatabase(file)
    expect(writerIsAlive(file)).toBe(true)
    writer.close()
    // The id of this process still stands there.
    expect(writerIsAlive(file)).toBe(false)
  })
})
