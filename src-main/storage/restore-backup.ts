import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, statSync } from 'node:fs'
import path from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import type { Backup, BackupKind } from '../contract/api/backups.ts'
import { AppError, isAppError } from '../contract/errors.ts'
import { unwritable } from '../contract/unwritable.ts'
import { removeEntrySync } from '../files/remove.ts'
import { removePartsOf, temporaryBeside } from '../files/temporary.ts'
import { backUp } from './back-up.ts'
import { openDatabase } from './database.ts'
import type { Workspace } from './workspace.ts'
import { takeWriteLock } from './write-lock.ts'

/** How the name of a copy begins that was made before another one was put in the place of the database. */
const REPLACED = 'replaced-'

/** The newest first, each with its path. */
export function listBackups({
  backupDirectory,
  databasePath,
}: Workspace): (Backup & { readonly path: string })[] {
  const older = `${path.basename(databasePath)}.backup-v`
  const found = [
    ...filesIn(backupDirectory, name => name.endsWith('.sqlite')),
    ...filesIn(path.dirname(databasePath), name => name.startsWith(older) && /v\d+$/.test(name)),
  ]
  return found
    .map(file => {
      const { size, mtimeMs } = statSync(file)
      const name = path.basename(file)
      return { name, path: file, kind: kindOf(name, older), bytes: size, madeAtMs: mtimeMs }
    })
    .sort((a, b) => b.madeAtMs - a.madeAtMs)
}

function kindOf(name: string, older: string): BackupKind {
  if (name.startsWith(older)) return 'schema'
  if (name.startsWith(REPLACED)) return 'replaced'
  return name.startsWith('daily-') ? 'automatic' : 'person'
}

function filesIn(folder: string, isWanted: (name: string) => boolean): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true })
    .filter(entry => entry.isFile() && isWanted(entry.name))
    .map(entry => path.join(folder, entry.name))
}

/**
 * Puts a backup in the place of the database, which becomes a backup itself, or is set aside where it is damaged. At any moment one of
 * them is there, whole.
 * @param atMs names what was there
 * @returns where the database that was there lies; null if there was none
 * @throws AppError `file.notFound`, `database.locked`, `database.corrupt` for the backup, `disk.full`, `file.unwritable`
 */
export function restoreBackup(workspace: Workspace, name: string, atMs: number): string | null {
  const { databasePath } = workspace
  const backup = listBackups(workspace).find(one => one.name === name)
  if (backup === undefined) throw new AppError('file.notFound', { path: name, field: 'backup' })
  const lock = takeWriteLock(databasePath)
  const partial = temporaryBeside(databasePath)
  try {
    removePartsOf(databasePath)
    copyFileSync(backup.path, partial)
    // Opens, checks and brings it to the newest schema, away from the database.
    openDatabase(partial).close()
    const aside = existsSync(databasePath) ? keepPresent(workspace, atMs) : null
    for (const ending of ['-wal', '-shm']) removeEntrySync(databasePath + ending)
    renameSync(partial, databasePath)
    return aside
  } catch (error) {
    if (isAppError(error)) throw error
    throw unwritable(databasePath, error)
  } finally {
    for (const ending of ['', '-wal', '-shm', '.lock']) removeEntrySync(partial + ending)
    lock.release()
  }
}

function keepPresent({ databasePath, backupDirectory }: Workspace, atMs: number): string {
  const stamp = `${REPLACED}${new Date(atMs).toISOString().replace(/[:.]/g, '-')}`
  mkdirSync(backupDirectory, { recursive: true })
  try {
    const target = path.join(backupDirectory, `${stamp}.sqlite`)
    const handle = new SqliteDatabase(databasePath, { readonly: true })
    try {
      backUp(handle, target)
    } finally {
      handle.close()
    }
    return target
  } catch {
    // It cannot be read as a whole: it is kept as it is. The log belongs to the file and goes with it.
    const aside = `${databasePath}.${stamp}`
    for (const ending of ['', '-wal']) {
      if (existsSync(databasePath + ending)) copyFileSync(databasePath + ending, aside + ending)
    }
    return aside
  }
}
