import { lstatSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** Whether symbolic links can be made: not under Wine, which makes none and says nothing, and not by everyone on Windows. */
export const canLink = tried('file')

/** A folder's other name; anyone may make one on Windows, and elsewhere it is a link. */
export const canJoin = tried('junction')

function tried(kind: 'file' | 'junction'): boolean {
  const folder = mkdtempSync(path.join(tmpdir(), 'tunewright-links-'))
  try {
    symlinkSync(path.join(folder, 'there'), path.join(folder, 'link'), kind)
    return lstatSync(path.join(folder, 'link')).isSymbolicLink()
  } catch {
    return false
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
