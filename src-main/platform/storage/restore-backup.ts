import { copyFileSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import type { Backup, BackupKind } from '../../core/storage/backups.ts'
import { AppError, isAppError } from '../../core/errors/errors.ts'
import { unwritable } from '../../core/errors/unwritable.ts'
import { renameOverSync } from '../files/durable.ts'
import { Moves } from '../files/moves.ts'
import { removeEntrySync } from '../files/remove.ts'
import { removePartsIn, removePartsOf, temporaryBeside } from '../files/temporary.ts'
import { backUp } from './back-up.ts'
import { withDatabaseErrors } from './database-errors.ts'
import { openDatabase } from './database.ts'
import { migrations } from './migrations/migrations.ts'
import { refuseOlderDatabase } from './refuse-older-database.ts'
import { namedFiles, RestoredFiles } from './restored-files.ts'
import { composeStore } from './sqlite-study-store.ts'
import { StoreTables } from './store-tables.ts'
import { foldersOf, type Workspace } from './workspace.ts'
import { takeWriteLock } from './write-lock.ts'
import { restoreJournal, restoreJournalPath, settleKilledRestore } from './restore-journal.ts'
import { sqliteName } from './sqlite-name.ts'

/** How the name of a copy begins that was made before another one was put in the place of the database. */
const REPLACED = 'replaced-'

/** The newest first, each with its path. */
export function listBackups({
  backupDirectory,
  databasePath,
}: Workspace): (Backup & { readonly path: string })[] {
  const older = `${path.basename(databasePath)}.backup-v`
  const files = [
    ...filesIn(backupDirectory, name => name.endsWith('.sqlite')),
    ...filesIn(path.dirname(databasePath), name => name.startsWith(older) && /v\d+$/.test(name)),
  ]
  return files
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
 * Puts a backup in the place of the database, which becomes a backup itself, or is set aside where it is damaged; its files go with it.
 *
 * What takes long or needs room comes first and changes nothing: the backup is checked, the database is copied, and the folders of
 * the backup are filled beside those of the database. Then follow renames alone: both old folders away, the new ones in, the database
 * last. One that fails takes those before it back, and so does the next process that opens the database where this one dies among them: a
 * journal beside the database names them (restore-journal.ts).
 * Studies that were held back when the backup was made wait for Resume.
 * @param atMs names what was there
 * @returns where the database that was there lies; null if there was none
 * @throws AppError `file.notFound`, `database.locked`, `database.corrupt` for the backup, `database.tooOld` for both,
 * `disk.full`, `file.unwritable`
 */
export function restoreBackup(workspace: Workspace, name: string, atMs: number): string | null {
  const { databasePath } = workspace
  settleKilledRestore(databasePath)
  const backup = listBackups(workspace).find(entry => entry.name === name)
  if (backup === undefined) throw new AppError('file.notFound', { path: name, field: 'backup' })
  for (const file of [backup.path, databasePath]) refuseOlderDatabase(file, migrations)
  const lock = takeWriteLock(databasePath)
  const partial = temporaryBeside(databasePath)
  try {
    for (const file of [databasePath, `${databasePath}-wal`]) removePartsOf(file)
    removePartsIn(workspace.backupDirectory, file => file.startsWith(REPLACED))
    copyFileSync(backup.path, partial)
    // Opens, checks and brings it to the newest schema, away from the database.
    const restored = openDatabase(partial)
    const named = withDatabaseErrors(backup.path, () => {
      try {
        composeStore(new StoreTables(restored)).pauseHeld(atMs)
        return namedFiles(restored.handle, databasePath)
      } finally {
        restored.close()
      }
    })
    return replace(workspace, {
      partial,
      backup,
      files: new RestoredFiles(named, databasePath),
      atMs,
    })
  } catch (error) {
    if (isAppError(error)) throw error
    throw unwritable(databasePath, error)
  } finally {
    for (const ending of ['', '-wal', '-shm', '.lock']) removeEntrySync(partial + ending)
    lock.release()
  }
}

interface Replacement {
  /** The backup, checked, beside the database. */
  readonly partial: string
  readonly backup: { readonly name: string; readonly path: string }
  readonly files: RestoredFiles
  readonly atMs: number
}

function replace(
  workspace: Workspace,
  { partial, backup, files, atMs }: Replacement,
): string | null {
  const { databasePath } = workspace
  const archivePaths = replacedPaths(workspace, atMs)
  const others = listBackups(workspace).filter(
    entry => entry.kind === 'replaced' && entry.name !== backup.name,
  )
  const present = existsSync(databasePath) ? keepPresent(databasePath, archivePaths) : null
  if (present === archivePaths.whole) emptyLog(databasePath)
  const log = `${databasePath}-wal`
  const oldLog = temporaryBeside(log)
  const journal = restoreJournal(databasePath)
  const moves = new Moves(steps => {
    journal.write({ partial, copy: present, oldLog, steps: [...steps] })
  })
  try {
    files.prepare([
      { databasePath: null, folders: foldersOf(backup.path) },
      {
        databasePath: present === archivePaths.whole ? present : null,
        folders: foldersOf(databasePath),
      },
      ...others.map(other => ({ databasePath: other.path, folders: foldersOf(other.path) })),
    ])
    files.place(moves, present ?? archivePaths.whole)
    // A log that met another database would damage it.
    moves.move(log, oldLog)
    removeEntrySync(`${databasePath}-shm`)
    renameOverSync(partial, databasePath)
    return present
  } catch (error) {
    // Once everything is where it was, there is nothing to keep.
    if (moves.takeBack() && present !== null) {
      for (const ending of ['', '-wal']) removeEntrySync(present + ending)
    }
    throw error
  } finally {
    files.close()
    removeEntrySync(oldLog)
    removeEntrySync(restoreJournalPath(databasePath))
  }
}

/** Where the database that is replaced goes. */
interface ReplacedPaths {
  readonly whole: string
  readonly damaged: string
}

/** Paths that nothing has. */
function replacedPaths({ databasePath, backupDirectory }: Workspace, atMs: number): ReplacedPaths {
  for (let ms = atMs; ; ms++) {
    const stamp = `${REPLACED}${new Date(ms).toISOString().replace(/[:.]/g, '-')}`
    const whole = path.join(backupDirectory, `${stamp}.sqlite`)
    const damaged = `${foldersOf(databasePath).base}.${stamp}.sqlite`
    const targets = [whole, damaged].flatMap(file => [file, ...Object.values(foldersOf(file))])
    if (!targets.some(target => existsSync(target))) return { whole, damaged }
  }
}

/** A process that dies between the log's renaming and the database's leaves the database alone: it must be whole then. */
function emptyLog(databasePath: string): void {
  withDatabaseErrors(databasePath, () => {
    const handle = new SqliteDatabase(sqliteName(databasePath))
    try {
      handle.pragma('wal_checkpoint(TRUNCATE)')
    } finally {
      handle.close()
    }
  })
}

function keepPresent(databasePath: string, { whole, damaged }: ReplacedPaths): string {
  mkdirSync(path.dirname(whole), { recursive: true })
  try {
    const handle = new SqliteDatabase(sqliteName(databasePath), { readonly: true })
    try {
      backUp(handle, whole)
    } finally {
      handle.close()
    }
    return whole
  } catch {
    // It cannot be read as a whole: it is kept as it is. The log belongs to the file and goes with it.
    for (const ending of ['', '-wal']) {
      if (existsSync(databasePath + ending)) copyFileSync(databasePath + ending, damaged + ending)
    }
    return damaged
  }
}
