import { removeWithinSync } from '../../platform/files/remove.ts'
import { removeWorkOfOthers, workFolderIn } from '../../platform/files/temporary.ts'

const works = ['installing', 'downloading'] as const

/** Folder in which this process unpacks. */
export function stagingFolder(engines: string): string {
  return workFolderIn(engines, works[0])
}

/** Folder in which this process keeps downloads until they are unpacked. */
export function downloadFolder(engines: string): string {
  return workFolderIn(engines, works[1])
}

/** Removes what installations left that were killed. */
export async function removeLeftovers(engines: string): Promise<void> {
  await removeWorkOfOthers(engines, works)
}

/** For a process that is about to end: removes what its own installation has made so far. */
export function removeOwnLeftovers(engines: string): void {
  for (const name of works) removeWithinSync(engines, workFolderIn(engines, name))
}
