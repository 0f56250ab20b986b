import { closeSync, fsyncSync, openSync, renameSync } from 'node:fs'
import { lstat, open, rename } from 'node:fs/promises'
import { platform } from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'

/** Windows flushes what may be written only, and no folders. */
const flushMode = platform === 'win32' ? 'r+' : 'r'

/** Puts a file or a folder on disk. On Windows neither folders nor files that are write-protected can be. */
export async function flush(target: string): Promise<void> {
  if (platform === 'win32' && !(await canFlush(target))) return
  await using handle = await open(target, flushMode)
  await handle.sync()
}

/** {@link flush} of a folder. */
export function flushFolderSync(folder: string): void {
  if (platform === 'win32') return
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

const WRITABLE = 0o200

async function canFlush(target: string): Promise<boolean> {
  const stats = await lstat(target)
  return !stats.isDirectory() && (stats.mode & WRITABLE) !== 0
}

/** How long a virus scanner or an indexer may hold a file that was just written, in milliseconds between tries. */
export const heldDelaysMs: readonly number[] = [10, 20, 50, 100, 200, 500, 1_000]

/**
 * Renames a file or folder over another one. On Windows another process may hold either for a moment; then it is tried again for two seconds.
 * @throws as the file system does
 */
export async function renameOver(
  from: string,
  to: string,
  renameNow: typeof rename = rename,
  isRetried = platform === 'win32',
): Promise<void> {
  for (const delayMs of [...(isRetried ? heldDelaysMs : []), null]) {
    try {
      await renameNow(from, to)
      return
    } catch (error) {
      if (delayMs === null || !isHeld(error)) throw error
      await sleep(delayMs)
    }
  }
}

/** {@link renameOver} that waits where it stands. */
export function renameOverSync(from: string, to: string): void {
  for (const delayMs of [...(platform === 'win32' ? heldDelaysMs : []), null]) {
    try {
      renameSync(from, to)
      return
    } catch (error) {
      if (delayMs === null || !isHeld(error)) throw error
      waitSync(delayMs)
    }
  }
}

/** Nothing else of this process runs meanwhile. */
export function waitSync(durationMs: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, durationMs)
}

function isHeld(error: unknown): boolean {
  return ['EPERM', 'EACCES', 'EBUSY'].includes((error as NodeJS.ErrnoException).code ?? '')
}
