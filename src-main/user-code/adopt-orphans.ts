import { createRequire } from 'node:module'
import process from 'node:process'

/** `prctl(PR_SET_CHILD_SUBREAPER, 1)`, Linux ≥ 3.4. */
const SET_CHILD_SUBREAPER = 36

/**
 * Makes this process the parent of every descendant that loses its own parent, so that a child which starts
 * a daemon (another group, another session, parent gone) is still found below us.
 * @returns false where the system has no such thing; the process group is all that is known there
 */
export function adoptOrphans(): boolean {
  if (process.platform !== 'linux') return false
  try {
    const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi')
    const prctl = koffi
      .load(null)
      .func('int prctl(int, unsigned long, unsigned long, unsigned long, unsigned long)') as (
      ...numbers: number[]
    ) => number
    return prctl(SET_CHILD_SUBREAPER, 1, 0, 0, 0) === 0
  } catch {
    return false
  }
}
