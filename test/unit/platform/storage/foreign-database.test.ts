import path from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { expect, it, vi } from 'vitest'
import { openForeignDatabase } from '../../../../src-main/platform/storage/foreign-database.ts'
import { openStudyStore } from '../../../../src-main/platform/storage/sqlite-study-store.ts'
import { useScratchFolders } from '../../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()

it('leaves no connection open but the one that it gives', () => {
  const file = path.join(scratch(), 'studies.sqlite')
  openStudyStore(file).close()
  const made = vi.spyOn(SqliteDatabase.prototype, 'pragma')
  const foreignDatabase = openForeignDatabase(file)
  const handles = new Set(made.mock.contexts as SqliteDatabase.Database[])
  foreignDatabase.close()
  expect(handles.size).toBeGreaterThan(2)
  // One in memory, with which schemas are compared, among them: a process that reads many bundles would keep them all.
  expect([...handles].filter(({ open }) => open)).toEqual([])
})
