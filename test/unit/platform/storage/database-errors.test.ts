import type { StatsFs } from 'node:fs'
import { join } from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { verbatim } from '../../../../src-main/core/errors/message.ts'
import { AppError } from '../../../../src-main/core/errors/errors.ts'
import {
  StoredValueError,
  toDatabaseError,
} from '../../../../src-main/platform/storage/database-errors.ts'
import { useScratchFolders } from '../../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()

/** What `statfs` answers; null: the real one. */
const disk = vi.hoisted(() => ({ statfsReply: null as Partial<StatsFs> | Error | null }))
vi.mock('node:fs', async importOriginal => {
  const real = await importOriginal<typeof import('node:fs')>()
  const statfsSync = (path: string) => {
    if (disk.statfsReply instanceof Error) throw disk.statfsReply
    return disk.statfsReply ?? real.statfsSync(path)
  }
  return { ...real, statfsSync }
})
afterEach(() => {
  disk.statfsReply = null
})

describe('errors of SQLite', () => {
  it.each([
    ['SQLITE_BUSY', 'database.locked'],
    ['SQLITE_BUSY_SNAPSHOT', 'database.locked'],
    ['SQLITE_LOCKED', 'database.locked'],
    ['SQLITE_CORRUPT', 'database.corrupt'],
    ['SQLITE_CORRUPT_INDEX', 'database.corrupt'],
    ['SQLITE_NOTADB', 'database.corrupt'],
    ['SQLITE_FULL', 'database.full'],
    ['SQLITE_IOERR_WRITE', 'database.full'],
    ['SQLITE_IOERR_SHMSIZE', 'database.full'],
    ['SQLITE_READONLY', 'database.readOnly'],
    ['SQLITE_READONLY_DBMOVED', 'database.readOnly'],
    ['SQLITE_PERM', 'database.readOnly'],
    ['SQLITE_IOERR_READ', 'file.unreadable'],
    ['SQLITE_IOERR_FSYNC', 'database.full'],
    ['SQLITE_CANTOPEN', 'file.unreadable'],
  ])('%s is %s', (code, expected) => {
    const path = join(scratch(), 'a.sqlite')
    const cause = new SqliteDatabase.SqliteError('what happened', code)
    const error = toDatabaseError(cause, path)
    expect(error).toBeInstanceOf(AppError)
    expect(error).toMatchObject({
      code: expected,
      detail: { path, reason: verbatim(`what happened (${code})`) },
      cause,
    })
  })

  it('says that the folder is missing', () => {
    const folder = join(scratch(), 'none')
    const cause = new SqliteDatabase.SqliteError('cannot open', 'SQLITE_CANTOPEN')
    expect(toDatabaseError(cause, join(folder, 'a.sqlite'))).toMatchObject({
      code: 'file.notFound',
      detail: { path: folder },
    })
  })

  it.each([
    ['no block', { bavail: 0, files: 100, ffree: 50 }, 'database.full'],
    ['less than SQLite’s own files take', { bavail: 15, files: 100, ffree: 50 }, 'database.full'],
    ['no file', { bavail: 1_000, files: 100, ffree: 0 }, 'database.full'],
    ['room', { bavail: 16, files: 100, ffree: 50 }, 'file.unreadable'],
    ['room, and does not count files', { bavail: 16, files: 0, ffree: 0 }, 'file.unreadable'],
    ['nothing to say', new Error('ENOSYS'), 'file.unreadable'],
  ])('a file that cannot be opened on a disk that has %s', (_, diskState, expected) => {
    disk.statfsReply = diskState instanceof Error ? diskState : { bsize: 4_096, ...diskState }
    const cause = new SqliteDatabase.SqliteError('cannot open', 'SQLITE_CANTOPEN')
    const path = join(scratch(), 'a.sqlite')
    expect(toDatabaseError(cause, path)).toMatchObject({ code: expected, detail: { path } })
  })

  it('leaves bugs as they are', () => {
    for (const error of [
      new SqliteDatabase.SqliteError('x', 'SQLITE_CONSTRAINT_TRIGGER'),
      new TypeError('x'),
      new AppError('internal', { reason: verbatim('x') }),
    ]) {
      expect(toDatabaseError(error, 'a')).toBe(error)
    }
  })

  it('treats a broken value as damage', () => {
    expect(toDatabaseError(new StoredValueError(verbatim('bad')), 'a')).toMatchObject({
      code: 'database.corrupt',
      detail: { path: 'a', reason: verbatim('bad') },
    })
  })
})
