import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'

/** Gives each test folders of its own, removed after it. */
export function useScratchFolders(): () => string {
  const folders: string[] = []
  afterEach(() => {
    // Windows removes nothing that a process which is about to end still holds.
    const options = { recursive: true, force: true, maxRetries: 20 }
    for (const folder of folders.splice(0)) rmSync(folder, options)
  })
  return () => {
    const folder = mkdtempSync(join(tmpdir(), 'tunewright-'))
    folders.push(folder)
    return folder
  }
}
