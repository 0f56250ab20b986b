import { mkdir, readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { unwritable } from '../contract/unwritable.ts'
import { removeWithin } from '../files/remove.ts'
import type { StudyStore } from '../storage/study-store.ts'
import type { Workspace } from '../storage/workspace.ts'

/** Copies that were made here; nothing else in the folder is ever removed. */
const ownName = /^studies-\d{4}-\d\d-\d\dT[\d-]+Z\.sqlite$/

/**
 * Copies the database into the folder of backups, named by the moment in UTC, and removes older copies.
 * @param keep copies that stay, the new one included; absent: all
 */
export async function backUpDatabase({
  store,
  workspace,
  now,
  keep,
}: {
  readonly store: StudyStore
  readonly workspace: Workspace
  readonly now: () => number
  readonly keep?: number | undefined
}): Promise<{ readonly path: string; readonly bytes: number; readonly removed: number }> {
  const { backupDirectory } = workspace
  const moment = new Date(now()).toISOString().replace(/[:.]/g, '-')
  const target = path.join(backupDirectory, `studies-${moment}.sqlite`)
  await mkdir(backupDirectory, { recursive: true }).catch((error: unknown) => {
    throw unwritable(backupDirectory, error)
  })
  store.backUp(target)
  const { size } = await stat(target)
  // The new copy is whole before an old one goes.
  const copies = (await readdir(backupDirectory)).filter(name => ownName.test(name)).sort()
  const old = keep === undefined ? [] : copies.slice(0, Math.max(0, copies.length - keep))
  await Promise.all(
    old.map(name => removeWithin(backupDirectory, path.join(backupDirectory, name))),
  )
  return { path: target, bytes: size, removed: old.length }
}
