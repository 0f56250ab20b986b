import { readdir } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import { removeWithin, removeWithinSync } from '../../files/remove.ts'
import { isRunning } from '../../files/temporary.ts'

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
    await removeWithin(engines, path.join(engines, name))
  }
}

/** For a process that is about to end: removes what its own installation has made so far. */
export function removeOwnLeftovers(engines: string): void {
  for (const name of [stagingName(process.pid), downloadName(process.pid)]) {
    removeWithinSync(engines, path.join(engines, name))
  }
}
