import { mkdtempSync, rmSync, statSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { loadProcessSystem } from '../../src-main/platform/processes/system/load-process-system.ts'
import { canLink } from './can-link.ts'
import { findPython } from './user-code-study.ts'

/**
 * Why tests are skipped on Windows or under Wine, and whether they are here. docs/windows.md says of each what tests the same there
 * (test/unit/house/skipped-on-windows.test.ts).
 */
const onWindows = process.platform === 'win32'
const reasons = {
  /** Wine makes no symbolic links and says that it did, and not everyone may make one on Windows. */
  links: !canLink,
  /** Rights of owner, group and others: an access list there. */
  modes: onWindows,
  /** SIGTERM, SIGSTOP and their like, from outside. */
  signals: onWindows,
  /** Programs for `sh` and its friends. */
  shell: onWindows,
  /** The scripts of Slurm's jobs. */
  slurm: onWindows,
  /** Names that are bytes without being text. */
  bytes: onWindows,
  /** What starts a script is said by its ending, not by its first line. */
  interpreters: onWindows,
  /** `ps`, and the files of `/proc`. */
  proc: onWindows,
  /** Full disks are small ones that are mounted, or made by a preloaded library; files without an end are devices. */
  devices: onWindows,
  /** Programs of the tests that are written in Python: there is none for Windows under Wine. */
  python: onWindows && findPython() === null,
  /** Wine gives the time of the last change in place of a file's birth. */
  birth: onWindows && !knowsBirth(),
  /** Asked for the time of the processors that another process has used, Wine gives that of the asking one. */
  othersTime: onWindows && (await givesOwnTime()),
}

async function givesOwnTime(): Promise<boolean> {
  const { cpuMs } = await loadProcessSystem('win32')
  return Math.abs((cpuMs(process.ppid) ?? 0) - (cpuMs(process.pid) ?? 0)) < 20
}

function knowsBirth(): boolean {
  const folder = mkdtempSync(path.join(tmpdir(), 'tunewright-birth-'))
  try {
    const later = Date.now() / 1_000 + 3_600
    utimesSync(folder, later, later)
    return statSync(folder).birthtimeMs < later * 1_000
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

type Reason = keyof typeof reasons

export function isSkipped(reason: Reason): boolean {
  return reasons[reason]
}

export const skipReasons = Object.keys(reasons)
