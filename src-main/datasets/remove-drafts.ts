import { readdir, rm, rmdir } from 'node:fs/promises'
import path from 'node:path'
import { draftEnding } from '../contract/ingest-protocol.ts'

/**
 * Removes what an ingest process that is gone left half made in the cache, and the cache if nothing else was in it.
 * A folder that cannot be removed now goes with a later preparation.
 * @param pid undefined for a process that never ran
 */
export async function removeDrafts(cacheDirectory: string, pid: number | undefined): Promise<void> {
  if (pid === undefined) return
  const names = await readdir(cacheDirectory).catch(() => [])
  const left = names.filter(name => name.endsWith(draftEnding(pid)))
  if (left.length === 0) return
  for (const name of left) {
    await rm(path.join(cacheDirectory, name), { recursive: true, force: true }).catch(
      () => undefined,
    )
  }
  await rmdir(cacheDirectory).catch(() => undefined)
}
