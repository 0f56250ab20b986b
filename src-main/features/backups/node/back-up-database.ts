import { statSync } from 'node:fs'
import { mkdir, readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { type AppError, isAppError } from '../../../core/errors/errors.ts'
import { unwritable } from '../../../core/errors/unwritable.ts'
import { removePartsIn } from '../../../platform/files/temporary.ts'
import { removeWithin } from '../../../platform/files/remove.ts'
import { readBackupSettings } from './backup-settings.ts'
import type { StudyStore } from '../../../platform/storage/study-store.ts'
import type { Workspace } from '../../../platform/storage/workspace.ts'

type BackupKind = 'studies' | 'daily'

/** Copies that a person asked for (`studies`) or that were made by themselves; nothing else in the folder is ever removed. */
function isOwn(kind: BackupKind, name: string): boolean {
  return name.startsWith(`${kind}-`) && /-\d{4}-\d\d-\d\dT[\d-]+Z\.sqlite$/.test(name)
}

const HOUR_MS = 3_600_000

interface BackupRequest {
  readonly store: StudyStore
  readonly workspace: Workspace
  readonly now: () => number
  readonly keep?: number | undefined
  readonly kind?: BackupKind
}

/**
 * Copies the database into the folder of backups, named by the moment in UTC, and removes older copies.
 * @param keep copies that stay, the new one included; absent: all
 */
export async function backUpDatabase({
  store,
  workspace,
  now,
  keep,
  kind = 'studies',
}: BackupRequest): Promise<{
  readonly path: string
  readonly bytes: number
  readonly removed: number
}> {
  const { backupDirectory } = workspace
  const moment = new Date(now()).toISOString().replace(/[:.]/g, '-')
  const target = path.join(backupDirectory, `${kind}-${moment}.sqlite`)
  await mkdir(backupDirectory, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw unwritable(backupDirectory, error)
  })
  store.backUp(target)
  const { size } = await stat(target)
  // The new copy is whole before an old one goes.
  const copies = (await readdir(backupDirectory)).filter(name => isOwn(kind, name)).sort()
  const old = keep === undefined ? [] : copies.slice(0, Math.max(0, copies.length - keep))
  await Promise.all(
    old.map(name => removeWithin(backupDirectory, path.join(backupDirectory, name))),
  )
  return { path: target, bytes: size, removed: old.length }
}

/**
 * Copies a database that changed since its last copy, as often as the settings say, once a day by default; the first time when it is
 * as old. Made where a session ends, which a failure does not end otherwise: a full disk leaves the copies that are there.
 * @returns why no copy could be made, for whoever has a face; the next session tries again
 */
export async function backUpDaily(
  request: Omit<BackupRequest, 'keep' | 'kind'>,
): Promise<AppError | null> {
  const { workspace, now } = request
  const { backupDirectory, databasePath } = workspace
  const { keep, everyHours } = readBackupSettings(workspace).settings
  if (keep === 0) return null
  try {
    // Of a session that was killed while it copied.
    removePartsIn(backupDirectory, name => isOwn('daily', name) || isOwn('studies', name))
    const names = await readdir(backupDirectory).catch(() => [])
    const last = names
      .filter(name => isOwn('daily', name) || isOwn('studies', name))
      .map(name => statSync(path.join(backupDirectory, name)).mtimeMs)
      .reduce((newest, mtimeMs) => Math.max(newest, mtimeMs), 0)
    const files = [databasePath, `${databasePath}-wal`]
    const fileStats = files.flatMap(file => statSync(file, { throwIfNoEntry: false }) ?? [])
    const changedAtMs = Math.max(...fileStats.map(({ mtimeMs }) => mtimeMs))
    const sinceMs = last === 0 ? (fileStats[0]?.birthtimeMs ?? now()) : last
    if (changedAtMs <= last || now() - sinceMs < everyHours * HOUR_MS) return null
    await backUpDatabase({ ...request, keep, kind: 'daily' })
    return null
  } catch (error) {
    return isAppError(error) ? error : unwritable(backupDirectory, error)
  }
}
