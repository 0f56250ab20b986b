import { rmSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'

const pattern = /^\.(?:installing|downloading)-(\d+)$/

/** Folder in which a process unpacks. */
export function stagingName(processId: number): string {
  return `.installing-${processId}`
}

/** Folder in which a process keeps downloads until they are unpacked. */
export function downloadName(processId: number): string {
  return `.downloading-${processId}`
}

/** Removes what installations left that were killed. */
export async function removeLeftovers(engines: string): Promise<void> {
  for (const name of await readdir(engines)) {
    const processId = Number(pattern.exec(name)?.[1] ?? Number.NaN)
    if (Number.isNaN(processId) || isRunning(processId)) continue
    await rm(path.join(engines, name), { recursive: true, force: true })
  }
}

/** For a process that is about to end: removes what its own installation has made so far. */
export function removeOwnLeftovers(engines: string): void {
  for (const name of [stagingName(process.pid), downloadName(process.pid)]) {
    rmSync(path.join(engines, name), { recursive: true, force: true })
  }
}

function isRunning(processId: number): boolean {
  try {
    process.kill(processId, 0)
    return true
  } catch (error) {
    // It runs, and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
