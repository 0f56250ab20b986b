import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { platform } from 'node:process'
import SqliteDatabase from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { isAppError } from '../../../../src-main/core/errors/errors.ts'
import { openDatabase, type StoreDatabase } from '../../../../src-main/platform/storage/database.ts'
import { catchAppError } from '../../../helpers/catch-error.ts'
import { useScratchFolders } from '../../../helpers/scratch-folder.ts'
import { isSkipped } from '../../../helpers/skipped-on-windows.ts'

const scratch = useScratchFolders()

const insert = (database: StoreDatabase, key: string): void => {
  database.write(() => database.handle.prepare('INSERT INTO mark VALUES (?)').run(key), true)
}
const keys = (file: string): unknown[] => {
  const handle = new SqliteDatabase(file, { readonly: true })
  const rows = handle.prepare('SELECT name FROM mark ORDER BY rowid').pluck().all()
  handle.close()
  return rows
}

function open(): { file: string; database: StoreDatabase } {
  const file = path.join(scratch(), 'studies.sqlite')
  const database = openDatabase(file)
  database.write(() => database.handle.exec('CREATE TABLE mark (name TEXT)'))
  insert(database, 'before')
  return { file, database }
}

function removeWithLog(file: string): void {
  for (const end of ['', '-wal', '-shm']) rmSync(`${file}${end}`, { force: true })
}

// Windows lets nobody remove or rename a file that SQLite has open.
describe.skipIf(platform === 'win32')('a database whose file goes away while it is open', () => {
  test.each([
    ['removed with its log', removeWithLog],
    ['moved', (file: string) => renameSync(file, `${file}.elsewhere`)],
    [
      'replaced',
      (file: string) => {
        removeWithLog(file)
        writeFileSync(file, 'somebody else')
      },
    ],
  ])('%s: nothing is acknowledged any more, and what is in it is saved', async (_, takeAway) => {
    const { file, database } = open()
    takeAway(file)
    const error = await catchAppError(() => insert(database, 'at the time'))
    const saved = file.replace('.sqlite', '-saved.sqlite')
    expect(error).toMatchObject({ code: 'database.moved', detail: { path: file, saved } })
    expect(await catchAppError(() => insert(database, 'after'))).toBe(error)
    database.abandon()
    expect(keys(saved)).toEqual(['before', 'at the time'])
  })

  test.skipIf(isSkipped('links'))('a link that leads nowhere is in nobody’s way', async () => {
    const { file, database } = open()
    symlinkSync('/nowhere', file.replace('.sqlite', '-saved.sqlite'))
    removeWithLog(file)
    const saved = file.replace('.sqlite', '-saved-2.sqlite')
    const error = await catchAppError(() => insert(database, 'at the time'))
    expect(error).toMatchObject({ code: 'database.moved', detail: { path: file, saved } })
    database.abandon()
    expect(keys(saved)).toEqual(['before', 'at the time'])
  })

  test('an earlier copy stays, and the next one has another name', async () => {
    const { file, database } = open()
    const earlier = file.replace('.sqlite', '-saved.sqlite')
    writeFileSync(earlier, 'earlier')
    removeWithLog(file)
    const error = await catchAppError(() => insert(database, 'at the time'))
    expect(isAppError(error, 'database.moved') && error.detail.saved).toBe(
      file.replace('.sqlite', '-saved-2.sqlite'),
    )
    database.abandon()
  })

  test('with its whole folder: the copy lies in the folder for temporary files', async () => {
    const folder = path.join(scratch(), 'study')
    mkdirSync(folder)
    const file = path.join(folder, 'gone.sqlite')
    const database = openDatabase(file)
    rmSync(folder, { recursive: true })
    const error = await catchAppError(() => database.write(() => undefined, true))
    const saved = isAppError(error, 'database.moved') ? error.detail.saved : null
    expect(saved !== null && existsSync(saved)).toBe(true)
    database.abandon()
    rmSync(saved ?? '', { force: true })
  })

  test('is looked for a few times a second where no end is acknowledged', async () => {
    const { file, database } = open()
    removeWithLog(file)
    const write = (): void => {
      database.write(() => undefined)
    }
    write()
    await expect
      .poll(async () => {
        try {
          write()
          return null
        } catch (error) {
          return isAppError(error, 'database.moved')
        }
      })
      .toBe(true)
    database.abandon()
  })

  test('stays as it was for what only reads, and closes', () => {
    const { file, database } = open()
    removeWithLog(file)
    expect(
      database.read(() => database.handle.prepare('SELECT name FROM mark').pluck().get()),
    ).toBe('before')
    expect(() => {
      database.close()
    }).not.toThrow()
  })
})
