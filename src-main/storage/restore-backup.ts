import { copyFileSync, existsSync, readdirSync, renameSync, statSync } from 'node:fs'
import path from 'node:path'
import { AppError, isAppError } from '../contract/errors.ts'
import { unwritable } from '../contract/unwritable.ts'
import { removeEntrySync } from '../files/remove.ts'
import { removePartsOf, temporaryBeside } from '../files/temporary.ts'
import { openDatabase } from './database.ts'
import type { Workspace } from './workspace.ts'
import { takeWriteLock } from './write-lock.ts'

/** A copy of the database in the folder of backups, or beside it from before a change of its schema. */
export interface Backup {
  readonly name: string
  readonly path: string
  readonly bytes: number
  readonly madeAtMs: number
}

/** The newest first. */
export function listBackups({ backupDirectory, databasePath }: Workspace): Backup[] {
  const older = `${path.basename(databasePath)}.backup-v`
  const found = [
    ...filesIn(backupDirectory, name => name.endsWith('.sqlite')),
    ...filesIn(path.dirname(databasePath), name => name.startsWith(older) && /v\d+$/.test(name)),
  ]
  return found
    .map(file => {
      const { size, mtimeMs } = statSync(file)
      return { name: path.basename(file), path: file, bytes: size, madeAtMs: mtimeMs }
    })
    .sort((a, b) => b.madeAtMs - a.madeAtMs)
}

function filesIn(folder: string, isWanted: (name: string) => boolean): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true })
    .filter(entry => entry.isFile() && isWanted(entry.name))
    .map(entry => path.join(folder, entry.name))
}

/**
 * Puts a backup in the place of the database, which is set aside. At any moment one of them is there, whole.
 * @param atMs names what is set aside
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
    const aside = existsSync(databasePath)
      ? `${databasePath}.replaced-${new Date(atMs).toISOString().replace(/[:.]/g, '-')}`
      : null
    // The log belongs to the file and goes with it.
    for (const ending of ['', '-wal']) {
      if (aside !== null && existsSync(databasePath + ending)) {
        copyFileSync(databasePath + ending, aside + ending)
      }
    }
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
