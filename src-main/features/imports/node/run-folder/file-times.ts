import { lstatSync } from 'node:fs'

/** When a file was last written, milliseconds since 1970; null if it is not there. */
export function modifiedMs(file: string): number | null {
  const stats = lstatSync(file, { throwIfNoEntry: false })
  return stats === undefined ? null : Math.round(stats.mtimeMs)
}
