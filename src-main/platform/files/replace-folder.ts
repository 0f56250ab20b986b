import { lstatSync } from 'node:fs'
import path from 'node:path'
import { flush, renameOverSync } from './durable.ts'
import { removeEntry } from './remove.ts'

/** Where the old folder lies while the new one takes its place. */
function previousOf(target: string): string {
  return `${target}.before`
}

function isThere(target: string): boolean {
  return lstatSync(target, { throwIfNoEntry: false }) !== undefined
}

/**
 * Puts a folder that is whole and flushed in place of another one, in one turn of the event loop. A process that is killed meanwhile leaves the
 * old one or the new one, perhaps aside: see {@link recoverFolder}, which has to be called before.
 * @throws as the file system does; then the old one stays
 */
export async function replaceFolder(whole: string, target: string): Promise<void> {
  const previous = previousOf(target)
  const isReplaced = isThere(target)
  if (isReplaced) renameOverSync(target, previous)
  try {
    renameOverSync(whole, target)
  } catch (error) {
    if (isReplaced) renameOverSync(previous, target)
    throw error
  }
  await flush(path.dirname(target))
  await removeEntry(previous)
}

/** Tidies up after a {@link replaceFolder} that was cut off: the old folder comes back if there is no new one. */
export async function recoverFolder(target: string): Promise<void> {
  const previous = previousOf(target)
  if (!isThere(previous)) return
  if (isThere(target)) await removeEntry(previous)
  else renameOverSync(previous, target)
}
