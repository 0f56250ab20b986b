import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { openDatabase } from '../../../../src-main/platform/storage/database.ts'
import { migrations } from '../../../../src-main/platform/storage/migrations/migrations.ts'
import { openStudyStore } from '../../../../src-main/platform/storage/sqlite-study-store.ts'
import { locateWorkspace } from '../../../../src-main/platform/storage/workspace.ts'
import { writerIsAlive } from '../../../../src-main/platform/storage/write-lock.ts'
import { isSkipped } from '../../../helpers/skipped-on-windows.ts'
import { useScratchFolders } from '../../../helpers/scratch-folder.ts'
import { errorOf, sampleFinish, sampleStudy, sampleTrial } from '../../../helpers/store-samples.ts'

const scratch = useScratchFolders()

/** A database with format 8, a trial, and the paths of its checkpoints; those that lie in its folder are there. */
function oldProject(folder: string, paths: (folder: string) => readonly string[]): string {
  mkdirSync(folder, { recursive: true })
  const file = path.join(folder, 'studies.sqlite')
  openDatabase(file, { migrations: migrations.slice(0, 8) }).close()
  const attemptFolder = path.join(folder, 'studies-checkpoints/1/0/attempt-1')
  mkdirSync(attemptFolder, { recursive: true })
  writeFileSync(path.join(attemptFolder, '5-0'), '')
  const raw = new SqliteDatabase(file)
  raw.exec(`INSERT INTO studies (id, name, state, created_at_ms, environment, specification, source)
      VALUES (1, 'a', 'stopped', 0, '{}', '{"name":"a","goals":[]}', '');
    INSERT INTO trials (id, study_id, number, state, seed, started_at_ms, parameters, provenance)
      VALUES (1, 1, 0, 'interrupted', 0, 0, '{}', '{}');`)
  const insert =
    raw.prepare(`INSERT INTO checkpoints (trial_id, step, batch, path, bytes, sha256, saved_at_ms)
    VALUES (1, ?, 0, ?, 0, '', 0)`)
  for (const [step, checkpointPath] of paths(folder).entries()) insert.run(step, checkpointPath)
  raw.close()
  return file
}

function storedPaths(file: string): unknown[] {
  const raw = new SqliteDatabase(file)
  const paths = raw.prepare('SELECT path FROM checkpoints ORDER BY step').pluck().all()
  raw.close()
  return paths
}

const inOwn = '1/0/attempt-1/5-0'

describe('paths of databases before format 9', () => {
  it('become relative where they lie within; others are read', () => {
    const base = scratch()
    const file = oldProject(path.join(base, 'project'), folder => [
      path.join(folder, 'studies-checkpoints', inOwn),
      path.join(folder, 'studies-checkpoints/1/0/attempt-2/gone'),
      path.join(base, 'elsewhere/x'),
      'C:\\project\\studies-checkpoints\\1\\0\\attempt-1\\5-0',
    ])
    const store = openStudyStore(file)
    expect(store.checkpoints(1).map(checkpoint => checkpoint.path)).toEqual([
      path.join(base, 'project/studies-checkpoints', inOwn),
      path.join(base, 'project/studies-checkpoints/1/0/attempt-2/gone'),
      path.join(base, 'elsewhere/x'),
      path.join(base, 'project/studies-checkpoints', inOwn),
    ])
    store.close()
    expect(storedPaths(file)).toEqual([
      ...[inOwn, '1/0/attempt-2/gone', path.join(base, 'elsewhere/x'), inOwn],
    ])
  })

  it.skipIf(isSkipped('links'))(
    'name the file beside the database when the project was moved or reached by a link',
    () => {
      const base = scratch()
      const before = path.join(base, 'before')
      oldProject(before, folder => [path.join(folder, 'studies-checkpoints', inOwn)])
      renameSync(before, path.join(base, 'after'))
      symlinkSync(path.join(base, 'after'), path.join(base, 'link'))
      const store = openStudyStore(path.join(base, 'link/studies.sqlite'))
      expect(store.checkpoints(1).map(checkpoint => checkpoint.path)).toEqual([
        path.join(base, 'after/studies-checkpoints', inOwn),
      ])
      store.close()
    },
  )
})

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
    const file = oldProject(scratch(), () => [])
    openStudyStore(file).close()
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
